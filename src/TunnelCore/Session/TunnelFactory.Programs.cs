using System.Net;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pppd;
using TunnelCore.Pptp;
using TunnelCore.Transport;

namespace TunnelCore.Session;

public sealed partial class TunnelFactory
{
    /// <summary>A tunnel of a program.</summary>
    public ProgramTunnel Create(ProgramOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        TunnelOptions tunnel = options.Tunnel;
        TunnelTraffic traffic = new();
        PptpTransport? pptp = null;
        ITransport transport = tunnel.Protocol == TunnelProtocol.Sstp
            ? Sstp(tunnel)
            : new SecondTry(() => pptp = Pptp(tunnel, (IKernelPath)new KernelPath()), PptpSlips.PauseAfter, _transport);
        IPppEngine engine = options.Line is { } settings
            ? new LineEngine(settings, _pppd) { IsUpWhenStarted = tunnel.Protocol == TunnelProtocol.Pptp }
            : new PppdEngine(tunnel.Ppp, PppdFor(tunnel.Protocol) with { Words = options.PppdWords }, _pppd);
        ProgramTunnel? made = null;
        void Connected(IPAddress server)
        {
            made!.Route = AddRoute(options, server);
            (engine as LineEngine)?.SetServer(tunnel.Server.Host, new IPEndPoint(server, tunnel.Server.Port));
            options.Connected?.Invoke(server);
        }

        FrameTrace? trace = options.Frames == FrameDetail.None ? null : new FrameTrace(_session, options.Frames == FrameDetail.Bytes);
        TunnelSession session = new(
            tunnel,
            new ProgramTransport(transport, traffic, trace, Connected),
            options.Authenticated is { } step ? new ConfirmHook(engine, step) : engine,
            TimeProvider.System,
            _session);
        if (engine is LineEngine line)
        {
            line.ClosedEarly = session.Stop;
        }

        return made = new ProgramTunnel(session, traffic, () => pptp is null ? [] : Describe(pptp.Statistics), _session.RouteLeft);
    }

    private HostRoute? AddRoute(ProgramOptions options, IPAddress server)
    {
        if (options.ServerRoute == ServerRouteWish.None)
        {
            return null;
        }

        try
        {
            HostRoute? route = HostRoute.Add(server);
            if (route is not null)
            {
                _session.RouteAdded(server);
                options.RouteAdded?.Invoke(route);
            }

            return route;
        }
        catch (TunnelException e) when (options.ServerRoute == ServerRouteWish.Wanted)
        {
            _session.NoRoute(e.Failure.Detail);
            return null;
        }
    }

    private static PppdSettings PppdFor(TunnelProtocol protocol) => protocol == TunnelProtocol.Pptp ? s_pppdOverPptp : PppdSettings.Default;

    /// <summary>In the order and with the names that pptp-linux prints.</summary>
    private static IReadOnlyList<(string, long)> Describe(GreStatistics s) =>
    [
        ("rx accepted", Volatile.Read(ref s.RxAccepted)),
        ("rx lost", Volatile.Read(ref s.RxLost)),
        ("rx under win", Volatile.Read(ref s.RxUnderWindow)),
        ("rx over  win", Volatile.Read(ref s.RxOverWindow)),
        ("rx buffered", Volatile.Read(ref s.RxBuffered)),
        ("rx OS errors", Volatile.Read(ref s.RxOsErrors)),
        ("rx truncated", Volatile.Read(ref s.RxTruncated)),
        ("rx invalid", Volatile.Read(ref s.RxInvalid)),
        ("rx acks", Volatile.Read(ref s.RxAcks)),
        ("tx sent", Volatile.Read(ref s.TxSent)),
        ("tx failed", Volatile.Read(ref s.TxFailed)),
        ("tx short", 0),
        ("tx acks", Volatile.Read(ref s.TxAcks)),
        ("tx oversize", Volatile.Read(ref s.TxOversize)),
        ("round trip", (long)s.RoundTrip.TotalMicroseconds),
    ];
}
