using System.Globalization;
using Microsoft.Extensions.Logging;
using TunnelCli.Logging;
using TunnelCli.Options;
using TunnelCli.Running;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pppd;
using TunnelCore.Pptp;
using TunnelCore.Session;

namespace TunnelCli.Pptp;

/// <summary>One call of pptp, with its pppd at the other end of standard input.</summary>
internal sealed class PptpSession(PptpOptionSet options, IReadOnlyList<string> warnings, PptpPlace place) : IDisposable
{
    private const int MaxMissingWindow = 256;

    private readonly Cleaner _cleaner = new();
    private readonly PptpLogWriter _writer = new(options, place.Syslog, place.Errors);
    private ILogger _log = null!;

    public async Task<int> RunAsync()
    {
        ServerEndpoint server = ServerEndpoint.TryParse(options.Server, options.Port, out ServerEndpoint? parsed, out string? error)
            ? parsed
            : throw new OptionException($"the server {PrintableText.From(options.Server)}: {error}", PptpOptionTable.UsageStatus);
        using ProgramLoggerProvider provider = new(_writer);
        using LoggerFactory loggers = new([provider], new LoggerFilterOptions { MinLevel = _writer.Minimum });
        _log = loggers.CreateLogger("pptp");
        foreach (string warning in options.ReadyDescriptor is null ? warnings : [])
        {
            _log.Warn(warning);
        }

        using (PidFile.Write(options.PidFile))
        {
            return await RunAsync(new TunnelFactory(loggers), server).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _cleaner.Dispose();
        _writer.Dispose();
    }

    /// <summary>What the options say to the tunnel.</summary>
    public static TunnelOptions Describe(PptpOptionSet o, ServerEndpoint server) => new()
    {
        Protocol = TunnelProtocol.Pptp,
        Server = server,
        Ppp = new PppOptions(),
        Binding = new SocketBinding(o.LocalBind, o.RoutingMark),
        Timeouts = TunnelTimeouts.Default with { TcpConnect = o.ConnectTimeout, TcpTotal = o.ConnectTimeout * 2.5 },
        Pptp = new PptpOptions
        {
            PhoneNumber = o.Phone,
            Quirk = o.Quirk,
            // pppd has its line already: the kernel has no way to give it another.
            DataPath = PptpDataPath.User,
            SendSetLinkInfo = o.SendSetLinkInfo,
            ReceiveWindow = o.Window,
            ReorderTimeout = o.NoBuffer ? TimeSpan.Zero : o.ReorderTimeout,
            MissingWindow = Math.Min(o.MissingWindow ?? MaxMissingWindow, MaxMissingWindow),
            Disorder = (GreDisorderKind)o.TestType,
            DisorderRate = o.TestRate,
            Timeouts = new PptpTimeouts { EchoInterval = o.IdleWait, EchoReply = o.MaxEchoWait },
        },
    };

    private async Task<int> RunAsync(TunnelFactory factory, ServerEndpoint server)
    {
        ProgramTunnel tunnel = factory.Create(new ProgramOptions
        {
            Tunnel = Describe(options, server),
            Line = new LineSettings
            {
                Input = place.Line,
                Synchronous = options.Sync,
                Slave = options.ReadyDescriptor is null ? -1 : LineLauncher.SlaveDescriptor,
            },
            ServerRoute = options.NoHostRoute ? ServerRouteWish.None : ServerRouteWish.Wanted,
            RouteAdded = route => Entrust(_cleaner.Route(route)),
        });
        await using (tunnel.ConfigureAwait(false))
        {
            TunnelRunner runner = new(Watch, signal => _log.Terminating(signal))
            {
                OnUserSignal1 = () => LogStatistics(tunnel.Statistics()),
                OnUserSignal2 = _writer.ToggleDebugging,
            };
            TunnelEnd end = await runner.RunAsync(tunnel).ConfigureAwait(false);
            int status = PptpExit.Of(end, options.ExtendedExitCodes);
            Conclude(end, status, server);
            return status;
        }
    }

    private void Entrust(string? reason)
    {
        if (reason is not null)
        {
            _log.Warn($"The route will stay after a crash: {reason}");
        }
    }

    private void Watch(TunnelEvent e)
    {
        if (e is not TunnelEvent.PhaseChanged(TunnelPhase.Negotiating))
        {
            return;
        }

        // Whoever started us from a terminal or a pipe must not wait for us.
        _writer.LeaveTerminal();
        if (!options.Debug && place.OwnsStreams)
        {
            StandardDescriptors.Silence(StandardStreams.OutputIsInput ? [2] : [1, 2]);
        }

        if (options.ReadyDescriptor is { } ready)
        {
            ReadySignal.Give(ready);
        }
    }

    private void LogStatistics(IReadOnlyList<(string Name, long Value)> statistics)
    {
        _log.Statistics("GRE statistics:");
        foreach ((string name, long value) in statistics)
        {
            string unit = name == "round trip" ? " usecs" : "";
            _log.Statistics(string.Create(CultureInfo.InvariantCulture, $"  {name,-12} = {value}{unit}"));
        }
    }

    private void Conclude(TunnelEnd end, int status, ServerEndpoint server)
    {
        Failure failure = end.Failure;
        if (end.WasConnected)
        {
            if (failure.Cause == Cause.DeadPeer)
            {
                _log.MissingEcho();
            }
            else if (end.Signal is null && failure.Cause == Cause.Cancelled)
            {
                _log.LineClosed();
            }
        }

        if (status == PptpExit.Ok)
        {
            _log.Ended(failure.Sentence, failure.Info.Code);
            return;
        }

        if (!end.WasConnected && failure.Cause is (>= Cause.NameNotFound and <= Cause.TcpFailed) or (>= Cause.PptpControlTimeout and <= Cause.GreSocket))
        {
            _log.NoControlConnection(server.ToString());
            _log.CallManagerFailed(status << 8);
        }

        _log.Failed(failure.Sentence, failure.Info.Code);
    }
}
