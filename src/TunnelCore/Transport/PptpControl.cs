using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Wire.Pptp;

namespace TunnelCore.Transport;

/// <summary>
/// Runs a <see cref="PptpMachine"/> over its TCP connection, on a thread of its own that polls: the machine, the connection and the
/// watch over the packets belong to that thread alone, and others leave it requests.
/// </summary>
internal sealed partial class PptpControl : IDisposable
{
    private const int ReceiveSize = 4096;

    /// <summary>poll's clock stands still while the machine is suspended: look at the real one now and then.</summary>
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(10);

    /// <summary>A server that ends the connection without reading our last words gets no more than this.</summary>
    private const int MaxUnreadAtEnd = 64 * 1024;

    private readonly SocketStream _stream;
    private readonly RouteWatch? _routeWatch;
    private readonly PptpMachine _machine;
    private readonly GreWatch _watch;
    private readonly GreStatistics _statistics;
    private readonly GreErrors _errors;
    private readonly ILogger _logger;
    private readonly Bell _bell = new();
    private readonly TaskCompletionSource<Failure> _completion;
    private readonly TaskCompletionSource<ushort> _callUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _requests = new();
    private readonly byte[] _received = new byte[ReceiveSize];
    private TimeSpan? _closeWithin;
    private StopReason _closeFor = StopReason.None;
    private bool _packetsMayFlow;
    private bool _lookAtPath;
    private bool _disconnecting;

    public PptpControl(
        SocketStream stream, RouteWatch? routeWatch, PptpMachine machine, PptpTimeouts timeouts, GreStatistics statistics, GreErrors errors,
        TaskCompletionSource<Failure> completion, ILogger logger)
    {
        _stream = stream;
        _routeWatch = routeWatch;
        _machine = machine;
        _watch = new GreWatch(timeouts);
        _statistics = statistics;
        _errors = errors;
        _completion = completion;
        _logger = logger;
    }

    /// <summary>The server's call ID once the call is up; faults with the cause.</summary>
    public Task<ushort> CallUp => _callUp.Task;

    /// <summary>Completes when the connection is closed and the thread has ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Called on the control thread when <see cref="PathMtu"/> has changed.</summary>
    public Action? PathChanged { get; init; }

    public void Start() => new Thread(Run) { IsBackground = true, Name = "pptp control" }.Start();

    /// <summary>Says goodbye within the budget. Any thread; a later call can only shorten it, and keeps a reason given before.</summary>
    public void Close(TimeSpan budget, StopReason reason = StopReason.None)
    {
        lock (_requests)
        {
            _closeWithin = budget;
            _closeFor = reason == StopReason.None ? _closeFor : reason;
        }

        _bell.Ring();
    }

    /// <summary>Both engines are at work: from here on packets are expected. Any thread.</summary>
    public void ExpectPackets()
    {
        lock (_requests)
        {
            _packetsMayFlow = true;
        }

        _bell.Ring();
    }

    /// <summary>The path to the server may have another MTU. Any thread.</summary>
    public void LookAtPath()
    {
        lock (_requests)
        {
            _lookAtPath = true;
        }

        _bell.Ring();
    }

    /// <summary>Something has changed that the watch over the packets should see. Any thread.</summary>
    public void Look() => _bell.Ring();

    public void Dispose()
    {
        _bell.Dispose();
        _stream.Dispose();
        _routeWatch?.Dispose();
    }

    private void Run()
    {
        try
        {
            using DescriptorSet descriptors = new(_stream.Handle, _bell, _routeWatch?.Handle);
            FollowRoute();
            Perform(_machine.Connected(BootClock.Now));
            while (!_disconnecting)
            {
                PollEvents ready = descriptors.Wait(_unsent > 0 ? PollEvents.In | PollEvents.Out : PollEvents.In, TimeLeft(), _routeLookAt is null);
                _bell.Silence();
                if (ready != PollEvents.None)
                {
                    SendPending();
                    Receive();
                }

                if (descriptors.ThirdReady)
                {
                    RoutesChanged();
                }

                LookAtRoute();
                TakeRequests();
                WatchPackets();
                Perform(_machine.Tick(BootClock.Now));
            }

            SayLastWords();
        }
        catch (Exception error)
        {
            Fail(new Failure(Cause.InternalError, error.Message));
        }
        finally
        {
            // Nothing is left that could still fail: whoever waits is told that it was closed.
            Fail(new Failure(Cause.Cancelled));
            _stream.Abort();
            _ended.TrySetResult();
        }
    }

    private TimeSpan TimeLeft()
    {
        TimeSpan now = BootClock.Now;
        TimeSpan left = s_longestWait;
        foreach (TimeSpan? deadline in (ReadOnlySpan<TimeSpan?>)[_machine.NextDeadline, _watch.NextDeadline, _routeLookAt])
        {
            if (deadline is { } at && at - now < left)
            {
                left = at - now;
            }
        }

        return left;
    }

    private void TakeRequests()
    {
        TimeSpan? closeWithin;
        StopReason closeFor;
        bool packetsMayFlow;
        bool lookAtPath;
        lock (_requests)
        {
            (closeWithin, _closeWithin, closeFor) = (_closeWithin, null, _closeFor);
            (packetsMayFlow, _packetsMayFlow) = (_packetsMayFlow, false);
            (lookAtPath, _lookAtPath) = (_lookAtPath, false);
        }

        TimeSpan now = BootClock.Now;
        if (packetsMayFlow)
        {
            _watch.Started(now);
        }

        if (lookAtPath)
        {
            FollowRoute();
        }

        if (closeWithin is { } budget)
        {
            Perform(_machine.Close(now, budget, closeFor));
        }
    }

    private void Receive()
    {
        nint count = Libc.Recv(_stream.Handle, _received, ReceiveSize, Libc.MSG_DONTWAIT);
        if (count > 0)
        {
            Perform(_machine.Received(_received.AsSpan(0, (int)count), BootClock.Now));
            return;
        }

        int errno = count == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (errno is Errno.EAGAIN or Errno.EINTR)
        {
            return;
        }

        Perform(_machine.ConnectionLost(errno switch
        {
            0 => "it closed the connection",
            Errno.ECONNRESET or Errno.EPIPE => "it reset the connection",
            _ => Marshal.GetPInvokeErrorMessage(errno),
        }));
    }
}
