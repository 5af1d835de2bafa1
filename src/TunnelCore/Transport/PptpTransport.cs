using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Wire.Pptp;

namespace TunnelCore.Transport;

/// <summary>PPTP: PPP frames in GRE, one call on one control connection (RFC 2637). IPv4 only.</summary>
/// <param name="connector">Connects TCP and opens the GRE socket.</param>
/// <param name="kernel">The kernel's own data path.</param>
/// <param name="server">Server as the user typed it.</param>
/// <param name="options">What to tell the server, and how to treat packets.</param>
/// <param name="logger">Log.</param>
internal sealed class PptpTransport(IPptpConnector connector, IKernelPath kernel, ServerEndpoint server, PptpOptions options, ILogger logger)
    : ITransport
{
    /// <summary>The port of PPTP servers.</summary>
    public const int DefaultPort = 1723;

    private const int PacketOverhead = 20 + 16 + 4 + 4;

    /// <summary>How long threads may take to notice that they are to end.</summary>
    private static readonly TimeSpan s_threadGrace = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _lifetime = new();
    private readonly TaskCompletionSource<Failure> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GreAcks _acks = new();
    private readonly GreRoundTrip _roundTrip = new();
    private readonly KernelCarrier _carrier = new(kernel, options, logger);
    private IPAddress? _serverAddress;
    private PptpControl? _control;
    private GreSocket? _socket;
    private GreErrors? _errors;
    private GreWindow? _window;
    private GreUplink? _uplink;
    private GreDownlink? _downlink;
    private KernelLink? _kernelLink;
    private Task? _closing;

    public GreStatistics Statistics { get; } = new();

    /// <summary>The kernel's present idea of the path to the server, IP headers included; 0 = not known.</summary>
    public int PathMtu => _control?.PathMtu ?? 0;

    /// <summary>RFC 2637 and 1661 headers around an IP packet: IP 20, GRE 16, PPP 4, MPPE 4.</summary>
    public int? LargestPacket => PathMtu > PacketOverhead ? PathMtu - PacketOverhead : null;

    public TimeSpan? RoundTrip { get; private set; }

    public Action? PathChanged { private get; set; }

    public IPAddress ServerAddress => _serverAddress ?? throw NotConnected();

    public IKernelLink? KernelLink => _kernelLink;

    public Task<Failure> Completion => _completion.Task;

    public IFrameSink Uplink => _uplink ?? throw NotConnected();

    public async Task ConnectAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _lifetime.Token);
        try
        {
            _carrier.Look();
            ushort callId = 0;
            (SocketStream stream, GreSocket socket) = await connector.ConnectAsync(server, Choose, either.Token).ConfigureAwait(false);
            logger.PptpCalling(server.ToString(), callId);
            long asked = Stopwatch.GetTimestamp();
            PptpControl control = Adopt(stream, socket, callId);
            ushort serverCallId = await control.CallUp.WaitAsync(either.Token).ConfigureAwait(false);
            // Two requests, one after the other.
            RoundTrip = Stopwatch.GetElapsedTime(asked) / 2;
            if (!TryHandToKernel(serverCallId))
            {
                _window = new GreWindow(options, callId, serverCallId, _acks, _roundTrip, Statistics);
                _uplink = new GreUplink(socket, new GreSender(serverCallId, _acks, _roundTrip), Statistics, _errors!, control.Look)
                {
                    Disorder = options.Disorder == GreDisorderKind.None ? null : new GreDisorder(options.Disorder, options.DisorderRate),
                };
            }

            logger.PptpCallUp(serverCallId, PathMtu);

            ushort Choose(IPAddress local) => callId = _carrier.ChooseCallId(local);
        }
        catch (TunnelException error)
        {
            // The first reason may be another one: then this is its consequence.
            _completion.TrySetResult(error.Failure);
            throw;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The goodbye is CloseAsync's, whose caller knows why.
            _completion.TrySetResult(new Failure(Cause.Cancelled));
            throw;
        }
        catch (OperationCanceledException error)
        {
            throw new TunnelException(Cause.Cancelled, inner: error);
        }
    }

    public void Start(IFrameReceiver downlink)
    {
        lock (_lock)
        {
            if (_closing is not null)
            {
                return;
            }

            _downlink = new GreDownlink(_socket ?? throw NotConnected(), _window ?? throw NotConnected(), _acks, Statistics, _errors!, downlink, Broken);
            _downlink.Start();
        }

        _control!.ExpectPackets();
    }

    /// <summary>Nothing to do: PPTP knows nothing of the login inside.</summary>
    public Task AuthenticatedAsync(PppKeys keys, CancellationToken cancellation) => Task.CompletedTask;

    public Task CloseAsync(TimeSpan budget, Failure? why = null)
    {
        lock (_lock)
        {
            _control?.Close(budget, why?.Cause == Cause.ShuttingDown ? StopReason.ShuttingDown : StopReason.None);
            return _closing ??= CloseOnceAsync(_control, budget);
        }
    }

    /// <summary>Closes without waiting for the server, unless <see cref="CloseAsync"/> came before.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseAsync(TimeSpan.Zero).ConfigureAwait(false);
        _lifetime.Dispose();
    }

    private async Task CloseOnceAsync(PptpControl? control, TimeSpan budget)
    {
        // Not under the caller's lock.
        await Task.Yield();
        _completion.TrySetResult(new Failure(Cause.Cancelled));
        await _lifetime.CancelAsync().ConfigureAwait(false);
        _uplink?.Close();
        _downlink?.Stop();
        if (control is not null)
        {
            await QuietlyAsync(control.Ended, budget + s_threadGrace).ConfigureAwait(false);
            control.Dispose();
        }

        if (_downlink is { } downlink)
        {
            if (!await QuietlyAsync(downlink.Ended, s_threadGrace).ConfigureAwait(false))
            {
                logger.PptpDownlinkBusy(s_threadGrace.TotalSeconds);
            }

            downlink.Dispose();
            LogSummary();
        }

        lock (_lock)
        {
            _socket?.Dispose();
            _carrier.Dispose();
        }
    }

    /// <summary>Takes the connection over, unless the transport was closed while it came about.</summary>
    private PptpControl Adopt(SocketStream stream, GreSocket socket, ushort callId)
    {
        lock (_lock)
        {
            if (_closing is null)
            {
                _serverAddress = stream.RemoteEndPoint.Address;
                _socket = socket;
                _errors = new GreErrors(() => _control?.LookAtPath(), logger);
                _control = new PptpControl(
                    stream, connector.WatchRoute(stream), new PptpMachine(options, callId), options.Timeouts, Statistics, _errors, _completion, logger)
                {
                    PathChanged = PathChanged,
                };
                _control.Start();
                return _control;
            }
        }

        stream.Dispose();
        socket.Dispose();
        throw new TunnelException(Cause.Cancelled);
    }

    /// <summary>Where the kernel carries the packets, nobody here reads them.</summary>
    private bool TryHandToKernel(ushort serverCallId)
    {
        lock (_lock)
        {
            if (_closing is not null)
            {
                throw new TunnelException(Cause.Cancelled);
            }

            if (_carrier.Connect(ServerAddress, serverCallId) is not { } call)
            {
                return false;
            }

            _kernelLink = new KernelLink(call, Statistics, _control!);
            _socket!.Dispose();
            logger.PptpKernelPath();
            return true;
        }
    }

    private void Broken(Exception error)
    {
        _completion.TrySetResult(new Failure(Cause.InternalError, error.Message));
        _control?.Close(options.Timeouts.Close);
    }

    private void LogSummary()
    {
        GreStatistics s = Statistics;
        logger.GreSummary(s.RxAccepted, s.RxLost, s.RxUnderWindow, s.RxOverWindow, s.RxBuffered, s.TxSent, s.TxFailed, s.TxAcks,
            s.RoundTrip.TotalMilliseconds);
    }

    private static async Task<bool> QuietlyAsync(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static InvalidOperationException NotConnected() => new("The transport is not connected.");
}
