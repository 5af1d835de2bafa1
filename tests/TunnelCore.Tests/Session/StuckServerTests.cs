using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pppd;
using TunnelCore.Session;
using TunnelCore.Tests.Net;
using TunnelCore.Tests.Pppd;
using TunnelCore.Tests.Transport;
using TunnelCore.Transport;

namespace TunnelCore.Tests.Session;

/// <summary>The real session, transport and engine (with the stand-in for pppd) over a connection whose server stops reading.</summary>
[Collection(TimingCollection.Name)]
public sealed class StuckServerTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly string _root = Directory.CreateTempSubdirectory("stuck-server-").FullName;
    private readonly FakeTlsConnection _connection = new();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("HTTP")]
    [InlineData("HTTP Ack")]
    public async Task S084_StopWhileTheServerDoesNotRead_IsDownInTwoSeconds(string heardFromServer)
    {
        await using TunnelSession session = Session();
        session.Start();
        await _connection.TakeAsync(1).WaitAsync(s_patience);
        if (heardFromServer.Length > 0)
        {
            // The request is one write: with its first byte the rest is there too.
            await _connection.TakeAsync(_connection.Untaken).WaitAsync(s_patience);
            _connection.Push(SstpServerScript.Text(SstpServerScript.OkReply));
            await SayAsync("HTTP", heardFromServer);
        }

        Stopwatch watch = Stopwatch.StartNew();
        session.Stop(new Failure(Cause.TimedOut, "as the test says"));
        TunnelEvent last = await LastAsync(session);
        Assert.Equal(new TunnelEvent.Down(new Failure(Cause.TimedOut, "as the test says"), WasUp: false), last);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.True(_connection.Aborted);
        Assert.True(_connection.Disposed);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_root));
    }

    /// <summary>Up to the point where the client's next words find nobody who reads them.</summary>
    private async Task SayAsync(string heard, string wanted)
    {
        // The Call Connect Request.
        await _connection.TakeAsync(14).WaitAsync(s_patience);
        _connection.SetServerReads(false);
        if (wanted != heard)
        {
            _connection.Push(SstpServerScript.Ack);
            // Call Connected.
            await _connection.WaitForBlockedWriteAsync().WaitAsync(s_patience);
        }
    }

    private TunnelSession Session()
    {
        PppOptions ppp = new() { User = "bob", Password = new Secret("right") };
        TunnelOptions options = new() { Protocol = TunnelProtocol.Sstp, Server = new ServerEndpoint("vpn.example.org", 443), Ppp = ppp };
        PppdSettings settings = PppdSettings.Default with
        {
            PppdPath = PluginBuild.Host(249), PluginPath = PluginBuild.SanitizedPlugin, RunRoot = _root, Hello = s_patience,
        };
        return new TunnelSession(
            options,
            new SstpTransport(
                new FakeConnector(_connection), options.Server, options.Tls, null, options.Timeouts, TimeProvider.System, NullLogger.Instance),
            new PppdEngine(ppp, settings, NullLogger.Instance),
            TimeProvider.System,
            NullLogger<TunnelSession>.Instance);
    }

    private static async Task<TunnelEvent> LastAsync(TunnelSession session)
    {
        using CancellationTokenSource limit = new(s_patience);
        TunnelEvent? last = null;
        await foreach (TunnelEvent e in session.Events.ReadAllAsync(limit.Token))
        {
            last = e;
        }

        return last!;
    }
}
