using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pppd;
using TunnelCore.Pptp;
using TunnelCore.Transport;

namespace TunnelCore.Session;

/// <summary>Real tunnels: a row per protocol, each with its transport; the PPP engine is pppd.</summary>
public sealed partial class TunnelFactory(ILoggerFactory loggers) : ITunnelFactory
{
    private static readonly PppdSettings s_pppdOverPptp = new() { PluginName = "nm-pptp-pppd-plugin.so", LimitServer = true };

    private static readonly TimeSpan s_slipPause = TimeSpan.FromMilliseconds(300);

    private readonly ILogger _net = loggers.CreateLogger("net");
    private readonly ILogger _transport = loggers.CreateLogger("transport");
    private readonly ILogger _pppd = loggers.CreateLogger("pppd");
    private readonly ILogger<TunnelSession> _session = loggers.CreateLogger<TunnelSession>();

    public ITunnel Create(TunnelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (ITransport transport, PppdSettings pppd) = options.Protocol switch
        {
            TunnelProtocol.Sstp => ((ITransport)Sstp(options), PppdSettings.Default),
            TunnelProtocol.Pptp => (new SecondTry(() => Pptp(options), IsPptpSlip, s_slipPause, _transport), s_pppdOverPptp),
            _ => throw new TunnelException(Cause.NotSupported, $"protocol {options.Protocol}"),
        };
        return new TunnelSession(options, transport, new PppdEngine(options.Ppp, pppd, _pppd), TimeProvider.System, _session);
    }

    /// <summary>pptpd drops a new connection unread when an older one ends in the same moment, as in a quick reconnect.</summary>
    private static bool IsPptpSlip(Failure failure) =>
        failure.Cause == Cause.PptpProtocol && failure.Detail.EndsWith(PptpMachine.Unanswered, StringComparison.Ordinal);

    internal SstpTransport Sstp(TunnelOptions options) => new(
        new ServerConnector(options.Timeouts, _net),
        options.Server,
        options.Tls,
        options.CorrelationId,
        options.Timeouts,
        TimeProvider.System,
        _transport) { CorrelationText = options.CorrelationText! };

    internal PptpTransport Pptp(TunnelOptions options) =>
        new(new PptpDialer(options.Timeouts, _net, NameLookup.System, options.Binding), options.Server, options.Pptp, _transport);
}
