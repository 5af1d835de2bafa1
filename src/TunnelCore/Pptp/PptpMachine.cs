using TunnelCore.Diagnostics;
using TunnelCore.Wire.Pptp;

namespace TunnelCore.Pptp;

/// <summary>
/// The client's control connection and its one call (RFC 2637 3.1): (event, now) → actions, next deadline. No I/O. Times are
/// readings of any clock that never goes back.
/// </summary>
internal sealed partial class PptpMachine
{
    private readonly PptpOptions _options;
    private readonly ushort _callId;
    private readonly PptpMessageReader _reader = new();
    private List<PptpAction> _actions = [];
    private bool _hasFailed;
    private StopReason _stopReason = StopReason.None;

    /// <param name="options">Values of the messages' fields, and waits.</param>
    /// <param name="callId">Our call ID, 1..65535, random: it must be unique for the client's address as the server sees it.</param>
    public PptpMachine(PptpOptions options, ushort callId)
    {
        _options = options;
        _callId = callId;
    }

    public PptpState State { get; private set; } = new PptpState.Idle();

    /// <summary>When to call <see cref="Tick"/> at the latest; null = not at all.</summary>
    public TimeSpan? NextDeadline => State.Deadline;

    /// <summary>GRE packets received so far, as the driver last said.</summary>
    public long PacketsReceived { get; set; }

    /// <summary>The TCP connection is up.</summary>
    public IReadOnlyList<PptpAction> Connected(TimeSpan now)
    {
        if (State is PptpState.Idle)
        {
            Send(StartRequest());
            State = new PptpState.AwaitingStartReply(now + _options.Timeouts.StartReply);
        }

        return Take();
    }

    /// <summary>Bytes from the server, in whatever pieces.</summary>
    public IReadOnlyList<PptpAction> Received(ReadOnlySpan<byte> bytes, TimeSpan now)
    {
        while (State is not (PptpState.Idle or PptpState.Closed))
        {
            PptpFraming framing = _reader.Read(ref bytes, out PptpHeader header, out PptpMessage? message);
            if (framing == PptpFraming.Incomplete)
            {
                break;
            }

            if (framing == PptpFraming.Message)
            {
                Accept(header, message, now);
            }
            else
            {
                Garbage(framing);
            }
        }

        return Take();
    }

    /// <summary>Last words of the failure of a server that said nothing at all.</summary>
    public const string Unanswered = "before its reply";

    /// <summary>The TCP connection has ended from the server's side, orderly or by a reset.</summary>
    public IReadOnlyList<PptpAction> ConnectionLost(string how)
    {
        switch (State)
        {
            case PptpState.AwaitingStartReply:
                Fail(Cause.PptpProtocol, _reader.IsMidMessage ? $"{how} in the middle of a message" : $"{how} {Unanswered}");
                break;
            case PptpState.AwaitingCallReply:
                Fail(Cause.PptpCallRefused, $"{how} instead of a reply");
                break;
            case PptpState.Established:
                Fail(Cause.PeerEnded, how);
                break;
        }

        Disconnect();
        return Take();
    }

    /// <summary>The time has come, or has not: nothing happens then.</summary>
    public IReadOnlyList<PptpAction> Tick(TimeSpan now)
    {
        if (State.Deadline is not { } deadline || now < deadline)
        {
            return Take();
        }

        switch (State)
        {
            case PptpState.AwaitingStartReply:
                Fail(Cause.PptpControlTimeout, $"no reply within {_options.Timeouts.StartReply.TotalSeconds:0.#} s");
                Stop(now, now + _options.Timeouts.Close);
                break;
            case PptpState.AwaitingCallReply:
                Fail(Cause.PptpCallTimeout, $"no reply within {_options.Timeouts.CallReply.TotalSeconds:0.#} s");
                Clear(now, _options.Timeouts.Close);
                break;
            case PptpState.Established established:
                EchoDue(established, deadline, now);
                break;
            case PptpState.AwaitingDisconnect(_, var end):
                Stop(now, end);
                break;
            case PptpState.AwaitingStopReply:
                Disconnect();
                break;
        }

        return Take();
    }

    /// <summary>Takes call and connection down in order, within <paramref name="budget"/>; the farewell shortens when called again.</summary>
    /// <param name="now">The time.</param>
    /// <param name="budget">For all of it.</param>
    /// <param name="reason">What the server is told.</param>
    public IReadOnlyList<PptpAction> Close(TimeSpan now, TimeSpan budget, StopReason reason = StopReason.None)
    {
        _hasFailed = true;
        _stopReason = reason == StopReason.None ? _stopReason : reason;
        switch (State)
        {
            case PptpState.Idle:
                Disconnect();
                break;
            case PptpState.AwaitingStartReply:
                // Nothing is up yet that the server would have to give back: no reason to wait for its reply.
                Send(new StopControlConnectionRequest(reason));
                Disconnect();
                break;
            case PptpState.AwaitingCallReply or PptpState.Established:
                Clear(now, budget);
                break;
            case PptpState.AwaitingDisconnect(var until, var end):
                State = new PptpState.AwaitingDisconnect(Earlier(until, now + (budget / 2)), Earlier(end, now + budget));
                break;
            case PptpState.AwaitingStopReply(var until):
                State = new PptpState.AwaitingStopReply(Earlier(until, now + budget));
                break;
        }

        return Take();
    }

    /// <summary>Ends an established call for a reason that the packet path has found.</summary>
    public IReadOnlyList<PptpAction> Abandon(Failure failure, TimeSpan now)
    {
        if (State is PptpState.Established)
        {
            Fail(failure);
            Clear(now, _options.Timeouts.Close);
        }

        return Take();
    }

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>Ends the call first; the server's Call-Disconnect-Notify has half of the time.</summary>
    private void Clear(TimeSpan now, TimeSpan budget)
    {
        Send(new CallClearRequest(_callId));
        State = new PptpState.AwaitingDisconnect(now + (budget / 2), now + budget);
    }

    /// <summary>Ends the control connection; the server's reply has a second, but not longer than <paramref name="end"/>.</summary>
    private void Stop(TimeSpan now, TimeSpan end, StopReason? reason = null)
    {
        Send(new StopControlConnectionRequest(reason ?? _stopReason));
        State = new PptpState.AwaitingStopReply(Earlier(end, now + (_options.Timeouts.Close / 2)));
    }

    private void Disconnect()
    {
        if (State is not PptpState.Closed)
        {
            State = new PptpState.Closed();
            _actions.Add(new PptpAction.Disconnect());
        }
    }

    private void Send(PptpMessage message) => _actions.Add(new PptpAction.Send(message));

    private void Note(string text) => _actions.Add(new PptpAction.Note(false, text));

    private void Warn(string text) => _actions.Add(new PptpAction.Note(true, text));

    private void Fail(Cause cause, string detail) => Fail(new Failure(cause, detail));

    private void Fail(Failure failure)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            _actions.Add(new PptpAction.Fail(failure));
        }
    }

    private List<PptpAction> Take()
    {
        List<PptpAction> actions = _actions;
        _actions = [];
        return actions;
    }
}
