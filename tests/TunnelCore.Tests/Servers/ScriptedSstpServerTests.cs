using System.Net.Sockets;
using TestServers;
using TestServers.Scripted;
using TestServers.Sstp;

namespace TunnelCore.Tests.Servers;

/// <summary>A script does on the wire what it says, and reports what the client did.</summary>
public sealed class ScriptedSstpServerTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);
    private readonly TestCertificates _authority = new();

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task UntilAck_ThenAbort_AndTheRecord()
    {
        await using ScriptedSstpServer server = Start(SstpScript.UntilAck(2).Abort(1, 4).Silence());
        using (MiniSstpClient client = new(server.Endpoint))
        {
            client.Open("vpn.example.com");
            client.Send(SstpMessage.ConnectRequest());
            Assert.Equal(2, client.Expect(SstpCode.CallConnectAck)[15]);
            Assert.Equal(SstpMessage.Abort(1, 4), client.Expect(SstpCode.CallAbort));
            client.Send(SstpMessage.Abort());
        }
        ScriptConnection seen = await server.FinishedAsync(s_limit);
        Assert.Null(seen.Error);
        Assert.Equal([SstpCode.CallConnectRequest, SstpCode.CallAbort], seen.ControlTypes);
        Assert.Equal("vpn.example.com", seen.Request!.Header("Host"));
        Assert.Equal("vpn.example.com", seen.RequestText.Split("Host: ")[1].Split('\r')[0]);
        Assert.Equal("close", seen.ClientEnd);
    }

    [Fact]
    public async Task Pieces_ArriveAsOnePacket()
    {
        await using ScriptedSstpServer server = Start(new SstpScript().Tls().HttpOk().SendPieces(SstpMessage.EchoRequest(), 1).Silence());
        using MiniSstpClient client = new(server.Endpoint);
        client.Open();
        Assert.Equal(SstpMessage.EchoRequest(), client.Read());
    }

    [Fact]
    public async Task Reset_IsAReset()
    {
        await using ScriptedSstpServer server = Start(new SstpScript().Reset());
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 5000 };
        socket.Connect(server.Endpoint);
        SocketException e = Assert.Throws<SocketException>(() => socket.Receive(new byte[1]));
        Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
    }

    [Fact]
    public async Task Fin_IsAnEndWithoutCloseNotify()
    {
        await using ScriptedSstpServer server = Start(new SstpScript().Tls().HttpOk().Fin().Silence());
        using MiniSstpClient client = new(server.Endpoint);
        client.Open();
        Assert.Null(client.Read());
    }

    [Fact]
    public async Task SecondConnection_MayHaveAnotherScript()
    {
        await using ScriptedSstpServer server = new(n => new SstpScript().Tls().HttpStatus(n == 1 ? "503 Busy" : "404 Not Found"), _authority.Issue(["a"]));
        using MiniSstpClient first = new(server.Endpoint);
        Assert.StartsWith("HTTP/1.1 503", first.Open(), StringComparison.Ordinal);
        using MiniSstpClient second = new(server.Endpoint);
        Assert.StartsWith("HTTP/1.1 404", second.Open(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryNamedBehaviour_EndsWhenItsServerDoes()
    {
        foreach ((string name, Func<SstpScript> script) in Behaviours.All)
        {
            await using ScriptedSstpServer server = Start(script());
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(server.Endpoint);
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
            {
                // A server that resets at once can be faster than the end of connect.
            }
            Assert.NotEmpty(name);
        }
    }

    private ScriptedSstpServer Start(SstpScript script) => new(script, _authority.Issue(["vpn.example.com"]));
}
