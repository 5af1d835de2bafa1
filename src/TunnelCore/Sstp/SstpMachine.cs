using System.Globalization;
using TunnelCore.Diagnostics;
using TunnelCore.Wire.Sstp;
using static TunnelCore.Sstp.SstpState;

namespace TunnelCore.Sstp;

/// <summary>
/// The client's side of an SSTP call (MS-SSTP 3.2) without I/O: events and the time go in, actions and the next deadline come out.
/// Data frames are no events; <see cref="Gate"/> says which of them may pass.
/// </summary>
/// <remarks>Not thread-safe: the driver calls it under its lock.</remarks>
/// <param name="timers">Lengths of the timers.</param>
/// <param name="certificate">DER of the server's leaf certificate, for the binding.</param>
internal sealed partial class SstpMachine(SstpTimers timers, ReadOnlyMemory<byte> certificate)
{
    /// <summary>Call Connect Naks that are answered with a new request.</summary>
    public const int MaxRetries = 3;

    private readonly List<SstpAction> _actions = [];

    public SstpState State { get; private set; } = new Disconnected();

    /// <summary>The first reason why the call ended, or null as long as it lives.</summary>
    public Failure? Failure { get; private set; }

    /// <summary>When a <see cref="SstpEvent.Tick"/> is due; null = no timer runs.</summary>
    public TimeSpan? NextDeadline => State.Deadline;

    public FrameGate Gate => State.Phase switch
    {
        SstpPhase.AckReceived => FrameGate.ControlOnly,
        SstpPhase.Connected => FrameGate.Open,
        _ => FrameGate.Closed,
    };

    /// <summary>One step. The list is valid until the next call.</summary>
    /// <param name="happened">The event.</param>
    /// <param name="now">Monotonic time since any fixed origin.</param>
    public IReadOnlyList<SstpAction> Process(SstpEvent happened, TimeSpan now)
    {
        _actions.Clear();
        switch (happened)
        {
            case SstpEvent.Opened when State is Disconnected && Failure is null:
                Send(ControlMessage.CallConnectRequest);
                State = new RequestSent(0, now + timers.Negotiation);
                break;
            case SstpEvent.Received received:
                OnMessage(received.Message, now);
                break;
            case SstpEvent.FramingBroken broken when State is not Disconnected:
                // MS-SSTP 3.1.5.1: the connection is cut without a word.
                End(new Failure(Cause.SstpProtocol, broken.Detail));
                break;
            case SstpEvent.Authenticated authenticated when State is AckReceived state:
                Send(CryptoBinding.CallConnected(state.Hash, state.Nonce, certificate.Span, authenticated.Hlak.Span));
                State = new Connected(now, now, null, NextLook(now, now + timers.Hello));
                break;
            case SstpEvent.Stop stop:
                OnStop(stop.Reason, now);
                break;
            case SstpEvent.ConnectionEnded ended when State is not Disconnected:
                End(OnConnectionEnded(ended.Reason, now));
                break;
            case SstpEvent.Tick tick:
                OnTick(tick.Heard, now);
                break;
            default:
                break;
        }
        return _actions;
    }

    private void OnStop(Failure reason, TimeSpan now)
    {
        switch (State)
        {
            case Disconnected:
                End(reason);
                break;
            case Closing:
                break;
            default:
                Fail(reason);
                Send(ControlMessage.CallDisconnect(new StatusInfoAttribute(SstpAttributeId.NoError, SstpStatus.NoError)));
                State = new Closing(SstpPhase.DisconnectAckPending, now + timers.Disconnect1);
                break;
        }
    }

    private void Send(ControlMessage message) => _actions.Add(new SstpAction.Send(message));

    private void Note(string text) => _actions.Add(new SstpAction.Note(text));

    /// <summary>The first reason counts; later ones are consequences.</summary>
    private void Fail(Failure reason)
    {
        if (Failure is null)
        {
            Failure = reason;
            _actions.Add(new SstpAction.Fail(reason));
        }
    }

    private void End(Failure reason)
    {
        Fail(reason);
        _actions.Add(new SstpAction.Close());
        State = new Disconnected();
    }

    /// <summary>ABORT(code) of MS-SSTP 3.2.5: tell the server why, wait for its Call Abort.</summary>
    private void Abort(SstpStatus status, SstpAttributeId about, Failure reason, TimeSpan now)
    {
        Fail(reason);
        Send(ControlMessage.CallAbort(new StatusInfoAttribute(about, status)));
        State = new Closing(SstpPhase.AbortPending, now + timers.Abort1);
    }

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
