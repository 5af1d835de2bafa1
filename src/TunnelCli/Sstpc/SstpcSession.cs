using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using TunnelCli.Logging;
using TunnelCli.Options;
using TunnelCli.Running;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pppd;
using TunnelCore.Session;

namespace TunnelCli.Sstpc;

/// <summary>One run of sstpc with a command line that makes sense.</summary>
internal sealed class SstpcSession(SstpcOptions options, IReadOnlyList<string> warnings, SstpcPlace place) : IDisposable
{
    private const string StandardUser = "sstpc";

    private readonly Cleaner _cleaner = new();
    private ILogger _log = null!;
    private Privileges? _privileges;
    private long _established;

    private string KeySocket => Path.Combine(place.SocketDirectory, "sstpc-" + options.IpParam);

    public async Task<int> RunAsync()
    {
        ServerEndpoint server = ServerEndpoint.TryParse(options.Server, options.Port, out ServerEndpoint? parsed, out string? error)
            ? parsed
            : throw new OptionException($"the server {PrintableText.From(options.Server)}: {error}", SstpcOptionTable.UsageStatus);
        _privileges = place.MayBecomeAnother ? Privileges.Plan(options.PrivUser, options.PrivGroup, options.PrivDirectory, StandardUser) : null;
        using SstpcLogWriter writer = SstpcLogWriter.Open(options);
        using ProgramLoggerProvider provider = new(writer);
        using LoggerFactory loggers = new([provider], new LoggerFilterOptions { MinLevel = writer.Minimum });
        _log = loggers.CreateLogger("sstpc");
        foreach (string warning in warnings)
        {
            _log.Warn(warning);
        }

        return await RunAsync(new TunnelFactory(loggers), server).ConfigureAwait(false);
    }

    public void Dispose() => _cleaner.Dispose();

    private async Task<int> RunAsync(TunnelFactory factory, ServerEndpoint server)
    {
        PrepareForPrivileges();
        TerminalVoice voice = TerminalVoice.Standard("sstpc");
        if (options.NoLaunchPppd)
        {
            _log.Waiting(KeySocket);
        }

        ProgramTunnel tunnel = factory.Create(Describe(server));
        await using (tunnel.ConfigureAwait(false))
        {
            TunnelRunner runner = new(e => Watch(e, voice), signal => _log.Terminating(signal));
            TunnelEnd end = await runner.RunAsync(tunnel).ConfigureAwait(false);
            Conclude(end, tunnel.Traffic, voice);
            return SstpcExit.Of(end);
        }
    }

    private ProgramOptions Describe(ServerEndpoint server) => new()
    {
        Tunnel = new TunnelOptions
        {
            Protocol = TunnelProtocol.Sstp,
            Server = server,
            Proxy = options.Proxy is { } proxy ? ProxyUrl.Parse(proxy) : null,
            Tls = new TlsOptions
            {
                ExpectedName = options.Host,
                CaFile = options.CaFile,
                AddsCaFile = true,
                CaDirectory = options.CaDirectory,
                CrlFile = options.CrlFile,
                CrlDirectory = options.CrlDirectory,
                IgnoreCertificateErrors = options.CertWarn,
            },
            Ppp = new PppOptions { User = options.User, Password = options.Password },
            CorrelationText = options.Uuid,
        },
        Line = options.NoLaunchPppd ? new LineSettings { Input = place.Line, KeySocket = KeySocket } : null,
        PppdWords = options.PppdWords,
        ServerRoute = options.SaveServerRoute ? ServerRouteWish.Demanded : ServerRouteWish.None,
        RouteAdded = route => Entrust(_cleaner.Route(route)),
        Connected = address => OnConnected(server, address),
        Authenticated = OnAuthenticated,
        Frames = options.LogLevel switch
        {
            >= LegacyLevel.Bytes => FrameDetail.Bytes,
            LegacyLevel.Frames => FrameDetail.Names,
            _ => FrameDetail.None,
        },
    };

    /// <summary>Who gives up root's privileges cannot remove what root has made: that is for somebody else then.</summary>
    private void PrepareForPrivileges()
    {
        if (_privileges is null)
        {
            if (Privileges.AreRoots)
            {
                _log.StayingRoot(StandardUser);
            }

            return;
        }

        if (!Directory.Exists(options.PrivDirectory))
        {
            Directory.CreateDirectory(options.PrivDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        }

        if (options.NoLaunchPppd)
        {
            Entrust(_cleaner.File(KeySocket));
        }
    }

    private void Entrust(string? reason)
    {
        if (reason is not null)
        {
            _log.Warn($"Not everything will be cleaned up after a crash: {reason}");
        }
    }

    private void OnConnected(ServerEndpoint server, IPAddress address)
    {
        _log.ResolvedTo(server.Host, address);
        _log.ConnectedTo(server.Host);
    }

    /// <summary>Call Connected has been sent, pppd waits for us.</summary>
    private void OnAuthenticated()
    {
        if (options.NoLaunchPppd)
        {
            _log.CalledBack();
        }

        _established = Stopwatch.GetTimestamp();
        _log.Established();
        if (_privileges is not null)
        {
            _privileges.Drop();
            _log.PrivilegesDropped();
        }
    }

    private void Watch(TunnelEvent e, TerminalVoice voice)
    {
        if (e is TunnelEvent.PhaseChanged(TunnelPhase.Negotiating))
        {
            _log.PppStarted();
        }

        voice.Tell(e);
    }

    private void Conclude(TunnelEnd end, TunnelTraffic traffic, TerminalVoice voice)
    {
        if (_established != 0)
        {
            _log.SessionTime(Stopwatch.GetElapsedTime(_established).ToString(@"d\.hh\:mm\:ss", System.Globalization.CultureInfo.InvariantCulture));
            _log.Traffic(traffic.Received, traffic.Sent);
        }

        bool isFailure = SstpcExit.Of(end) != SstpcExit.Ok;
        if (end.Signal is null && end.Failure.Cause is Cause.Cancelled or Cause.EngineDied)
        {
            _log.PppdTerminated();
        }

        if (isFailure)
        {
            _log.Failed(end.Failure.Sentence, end.Failure.Info.Code);
            if (!StandardStreams.OutputIsInput)
            {
                Console.Out.WriteLine(SstpcErrorTable.Line(end.Failure));
            }
        }
        else
        {
            _log.Ended(end.Failure.Sentence, end.Failure.Info.Code);
        }

        bool isSaid = isFailure && options.LogTarget == Logging.LogTarget.StandardError;
        if (!isSaid && (isFailure || StandardStreams.ErrorsAreTerminal))
        {
            voice.Conclude($"{end.Failure.Sentence} [{end.Failure.Info.Code}]", isFailure);
        }
    }
}
