using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

public sealed class HandshakeObserverTests
{
    private static readonly byte[] s_serverHelloThenAlert =
    [
        22, 3, 1, 0, 8, 2, 0, 0, 4, 3, 2, 9, 9, // ServerHello of TLS 1.1, cut short
        20, 3, 2, 0, 1, 1,
        23, 3, 3, 0, 0,
        21, 3, 2, 0, 2, 2, 112,
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(100)]
    public void VersionAndAlert_AreFound_HoweverTheBytesAreCut(int size)
    {
        HandshakeObserver observer = new();
        foreach (byte[] piece in s_serverHelloThenAlert.Chunk(size))
        {
            observer.Received(piece);
        }
        Assert.True(observer.IsTls);
        Assert.Equal(0x0302, observer.ServerVersion);
        Assert.Equal(112, observer.PlainAlert);
        Assert.False(observer.EndSeen);
        observer.Received([]);
        Assert.True(observer.EndSeen);
    }

    [Fact]
    public void EncryptedAlert_IsNotRead()
    {
        HandshakeObserver observer = new();
        observer.Received([21, 3, 3, 0, 3, 2, 40, 1]);
        Assert.Null(observer.PlainAlert);
    }

    [Theory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("220 mail.example.org ESMTP\r\n")]
    [InlineData("\u0016\u0002")]
    public void OtherProtocols_AreNoTls(string text)
    {
        HandshakeObserver observer = new();
        observer.Received(System.Text.Encoding.Latin1.GetBytes(text));
        Assert.False(observer.IsTls);
        Assert.Equal(text, System.Text.Encoding.Latin1.GetString(observer.First));
    }

    [Fact]
    public void RandomBytes_AreTakenWithoutError()
    {
        Random random = new(3);
        byte[] bytes = new byte[600];
        for (int i = 0; i < 3000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = 22;
            bytes[1] = 3;
            bytes[3] = (byte)random.Next(2);
            HandshakeObserver observer = new();
            foreach (byte[] piece in bytes.Chunk(random.Next(1, 200)))
            {
                observer.Received(piece);
            }
            Assert.InRange(observer.First.Length, 80, 80);
        }
    }
}
