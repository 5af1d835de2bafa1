using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

/// <summary>Short cuts to a connector whose names all lead to loopback.</summary>
internal static class Dial
{
    public const string Name = "vpn.example.org";

    public static TunnelTimeouts Quick { get; } = new()
    {
        NameLookup = TimeSpan.FromSeconds(1), TcpConnect = TimeSpan.FromSeconds(1), TcpTotal = TimeSpan.FromSeconds(2),
        TlsHandshake = TimeSpan.FromSeconds(5),
    };

    public static NameLookup Loopback { get; } = new(host =>
        host.EndsWith(".invalid", StringComparison.Ordinal) ? throw new SocketException((int)SocketError.HostNotFound) : [IPAddress.Loopback]);

    public static ServerConnector Connector(
        TunnelTimeouts? timeouts = null, ILogger? log = null, NameLookup? lookup = null, TimeProvider? time = null, ProxyOptions? proxy = null) =>
        new(timeouts ?? Quick, log ?? NullLogger.Instance, lookup ?? Loopback, time ?? TimeProvider.System, proxy);

    /// <summary>Trusts the test root.</summary>
    public static TlsOptions Trusting { get; } = new() { CaFile = TestPki.WritePem(TestPki.Root) };

    public static async Task<Failure> FailureAsync(
        ServerEndpoint server, TlsOptions? tls = null, TunnelTimeouts? timeouts = null, NameLookup? lookup = null, TimeProvider? time = null)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        TunnelException exception = await Assert.ThrowsAsync<TunnelException>(
            async () => (await Connector(timeouts, lookup: lookup, time: time).ConnectAsync(server, tls ?? Trusting, limit.Token)).Dispose());
        return exception.Failure;
    }

    public static async Task<ITlsConnection> ConnectAsync(ServerEndpoint server, TlsOptions? tls = null, ILogger? log = null)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        return await Connector(log: log).ConnectAsync(server, tls ?? Trusting, limit.Token);
    }
}
