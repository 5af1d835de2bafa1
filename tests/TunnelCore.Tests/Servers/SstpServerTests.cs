using System.Text;
using TestServers;
using TestServers.Crypto;
using TestServers.Sstp;

namespace TunnelCore.Tests.Servers;

/// <summary>The real server's rules, with the PPP end replaced: login, binding, blocking, ending.</summary>
public sealed class SstpServerTests : IDisposable
{
    private static readonly byte[] s_ntResponse = [.. Enumerable.Range(100, 24).Select(i => (byte)i)];
    private static readonly byte[] s_network = [0xff, 3, 0, 0x21, 0x45, 0, 0, 20];
    private readonly TestCertificates _authority = new();
    private readonly TaskCompletionSource<FakePppPeer> _peer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SstpServer _server;

    public SstpServerTests() => _server = new SstpServer(new SstpServerOptions
    {
        Certificate = _authority.Issue(["vpn.example.com"]),
        Users = new Dictionary<string, string> { ["bob"] = "secret" },
        Hello = TimeSpan.FromMilliseconds(300),
        CloseDelay = TimeSpan.FromMilliseconds(50),
        SendLimit = TimeSpan.FromMilliseconds(500),
        Peer = (_, filter) =>
        {
            FakePppPeer peer = new(filter);
            _peer.TrySetResult(peer);
            return peer;
        },
    });

    public void Dispose()
    {
        _server.Dispose();
        _authority.Dispose();
        Assert.Equal(0, _server.ConnectionCount);
    }

    [Theory]
    [InlineData("bob", 1)]
    [InlineData("bob", 2)]
    [InlineData(@"CORP\bob", 2)]
    public async Task GoodBinding_OpensTheCall(string user, byte bit)
    {
        using MiniSstpClient client = new(_server.Endpoint);
        byte[] nonce = await LoginAsync(client, user);
        FakePppPeer peer = await _peer.Task;
        byte[] lcp = [0xff, 3, 0xc0, 0x21, 9, 1, 0, 4];
        peer.SendFrame(s_network);
        peer.SendFrame(lcp);
        Assert.Equal(SstpMessage.Data(lcp), client.Read());
        client.Send(Connected(client, bit, nonce, "secret"), SstpMessage.Data(s_network));
        Assert.Equal(s_network, Take(peer));
        peer.SendFrame([.. s_network, 1]);
        Assert.Equal(SstpMessage.Data([.. s_network, 1]), client.Read());
    }

    [Fact]
    public async Task NetworkFrames_AreHeldBackUntilConnected()
    {
        using MiniSstpClient client = new(_server.Endpoint);
        byte[] nonce = await LoginAsync(client, "bob");
        byte[] lcp = [0xff, 3, 0xc0, 0x21, 9, 1, 0, 4];
        client.Send(SstpMessage.Data(s_network), SstpMessage.Data(lcp), Connected(client, 2, nonce, "secret"));
        Assert.Equal(lcp, Take(await _peer.Task));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("nonce")]
    [InlineData("certificate")]
    public async Task WrongBinding_IsAborted(string what)
    {
        using MiniSstpClient client = new(_server.Endpoint);
        byte[] nonce = await LoginAsync(client, "bob");
        byte[] message = Connected(client, 2, nonce, what == "password" ? "other" : "secret");
        message[what switch { "nonce" => 20, "certificate" => 60, _ => 14 }] ^= 1;
        client.Send(message);
        client.Expect(SstpCode.CallAbort);
        Assert.True((await _peer.Task).Stopped.Wait(5000));
        Assert.Null(client.Read());
    }

    [Fact]
    public async Task ConnectedBeforeLogin_IsHeldBackAndThenJudged()
    {
        using MiniSstpClient client = new(_server.Endpoint);
        await LoginAsync(client, "bob", nonce => client.Send(Connected(client, 2, nonce, "other")));
        client.Expect(SstpCode.CallAbort);
    }

    [Fact]
    public async Task Echo_IsAnswered_AndAskedForInSilence()
    {
        using MiniSstpClient client = new(_server.Endpoint);
        client.Send(Connected(client, 2, await LoginAsync(client, "bob"), "secret"));
        client.Send(SstpMessage.EchoRequest());
        client.Expect(SstpCode.EchoResponse);
        client.Expect(SstpCode.EchoRequest);
        Assert.Null(client.Read());
    }

    [Fact]
    public async Task Disconnect_IsAcknowledged_AndStopsPpp()
    {
        using MiniSstpClient client = new(_server.Endpoint);
        client.Send(Connected(client, 2, await LoginAsync(client, "bob"), "secret"));
        client.Send(SstpMessage.Disconnect(0));
        client.Expect(SstpCode.CallDisconnectAck);
        Assert.True((await _peer.Task).Stopped.Wait(5000));
    }

    [Fact]
    public async Task EndOfPpp_DisconnectsTheCall()
    {
        using MiniSstpClient client = new(_server.Endpoint);
        client.Send(Connected(client, 2, await LoginAsync(client, "bob"), "secret"));
        (await _peer.Task).Stop();
        client.Expect(SstpCode.CallDisconnect);
        client.Send(SstpMessage.DisconnectAck());
        Assert.Null(client.Read());
    }

    [Fact]
    public async Task ClientThatDoesNotRead_IsGivenUp()
    {
        using MiniSstpClient client = new(_server.Endpoint);
        client.Send(Connected(client, 2, await LoginAsync(client, "bob"), "secret"));
        client.Send(SstpMessage.EchoRequest());
        client.Expect(SstpCode.EchoResponse);
        FakePppPeer peer = await _peer.Task;
        byte[] frame = [.. s_network, .. new byte[3900]];
        for (int i = 0; i < 5000; i++)
        {
            peer.SendFrame(frame);
        }
        Assert.True(peer.Stopped.Wait(10_000));
    }

    [Theory]
    [InlineData("GET", "405")]
    [InlineData("sstp_duplex_post", "405")]
    public void OtherMethods_AreRefused(string method, string status)
    {
        using MiniSstpClient client = new(_server.Endpoint);
        Assert.StartsWith($"HTTP/1.1 {status} ", client.Open(method: method), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2001000800080000")]
    [InlineData("1001000700080000")]
    [InlineData("10000003")]
    public void BrokenFraming_EndsTheConnection(string bytes)
    {
        using MiniSstpClient client = new(_server.Endpoint);
        client.Open();
        client.Send(Convert.FromHexString(bytes));
        Assert.Null(ReadOrReset(client));
    }

    internal static byte[] Connected(MiniSstpClient client, byte bit, byte[] nonce, string password)
    {
        byte[] message = new byte[CryptoBinding.MessageSize];
        Convert.FromHexString("100100700004000100030068000000").CopyTo(message, 0);
        message[15] = bit;
        nonce.CopyTo(message, 16);
        CryptoBinding.CertificateHash(bit, client.CertificateDer).CopyTo(message, 48);
        CryptoBinding.CompoundMac(bit, MsChapV2Keys.Hlak(password, s_ntResponse), message).CopyTo(message, 80);
        return message;
    }

    /// <summary>HTTP, Connect Request, MS-CHAPv2 with success: returns the nonce.</summary>
    private async Task<byte[]> LoginAsync(MiniSstpClient client, string user, Action<byte[]>? early = null)
    {
        Assert.StartsWith("HTTP/1.1 200 ", client.Open(), StringComparison.Ordinal);
        client.Send(SstpMessage.ConnectRequest());
        byte[] ack = client.Expect(SstpCode.CallConnectAck);
        early?.Invoke(ack[16..48]);
        byte[] name = Encoding.ASCII.GetBytes(user);
        byte[] response = [0xff, 3, 0xc2, 0x23, 2, 7, 0, (byte)(54 + name.Length), 49, .. new byte[24], .. s_ntResponse, 0, .. name];
        client.Send(SstpMessage.Data(response));
        FakePppPeer peer = await _peer.Task;
        Assert.Equal(response, Take(peer));
        byte[] success = [0xff, 3, 0xc2, 0x23, 3, 7, 0, 4];
        peer.SendFrame(success);
        if (early == null)
        {
            Assert.Equal(SstpMessage.Data(success), client.Read());
        }
        return ack[16..48];
    }

    private static byte[] Take(FakePppPeer peer) => peer.Received.TryTake(out byte[]? frame, 5000) ? frame : throw new TimeoutException("no frame at the PPP end");

    private static byte[]? ReadOrReset(MiniSstpClient client)
    {
        try
        {
            return client.Read();
        }
        catch (IOException)
        {
            return null;
        }
    }
}
