using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pppd;
using TunnelCore.Transport;

namespace TunnelCore.Session;

/// <summary>Real tunnels: a row per protocol, each with its transport; the PPP engine is pppd.</summary>
public sealed partial class TunnelFactory(ILoggerFactory loggers) : ITunnelFactory
{
    private static readonly PppdSettings s_pppdOverPptp = new() { PluginName = "nm-pptp-pppd-plugin.so", LimitServer = true };

    private readonly ILogger _net = loggers.CreateLogger("net");
    private readonly ILogger _transport = loggers.CreateLogger("transport");
    private readonly ILogger _pppd = loggers.CreateLogger("pppd");
    private readonly ILogger<TunnelSession> _session = loggers.CreateLogger<TunnelSession>();

    public ITunnel Create(TunnelOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (ITransport transport, PppdSettings pppd) = options.Protocol switch
        {
            TunnelProtocol.Sstp => (Sstp(options), PppdSettings.Default),
            TunnelProtocol.Pptp => Pptp(options, new KernelPath()),
            _ => throw new TunnelException(Cause.NotSupported, $"protocol {options.Protocol}"),
        };
        return new TunnelSession(options, transport, new PppdEngine(options.Ppp, pppd, _pppd), TimeProvider.System, _session);
    }

    internal SstpTransport Sstp(TunnelOptions options) => new(
        new ServerConnector(options.Timeouts, _net, options.Proxy),
        options.Server,
        options.Tls,
        options.CorrelationId,
        options.Timeouts,
        TimeProvider.System,
        _transport) { CorrelationText = options.CorrelationText! };

    private (ITransport Transport, PppdSettings Pppd) Pptp(TunnelOptions options, KernelPath kernel)
    {
        SecondTry transport = new(() => Pptp(options, (IKernelPath)kernel), PptpSlips.PauseAfter, _transport);
        bool MayUseKernel() => options.Pptp.KernelMayCarry && kernel.WhyNot is null;
        return (transport, s_pppdOverPptp with { AsksForLine = MayUseKernel });
    }

    internal PptpTransport Pptp(TunnelOptions options, IKernelPath kernel) =>
        new(new PptpDialer(options.Timeouts, _net, NameLookup.System, options.Binding), kernel, options.Server, options.Pptp, _transport);
}
