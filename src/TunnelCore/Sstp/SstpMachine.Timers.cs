using TunnelCore.Diagnostics;
using TunnelCore.Wire.Sstp;
using static TunnelCore.Sstp.SstpState;

namespace TunnelCore.Sstp;

/// <summary>All that happens because time passes, and the guesses that rest on time.</summary>
internal sealed partial class SstpMachine
{
    // The driver only keeps a flag; four looks per interval tell the length of a silence to a quarter of it.
    private const int LooksPerInterval = 4;

    // A server that checks the binding at once breaks off within moments; RRAS lets its 60 s negotiation timer run out.
    private static readonly TimeSpan s_promptRefusal = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_lateRefusalFrom = TimeSpan.FromSeconds(55);
    private static readonly TimeSpan s_lateRefusalTo = TimeSpan.FromSeconds(65);

    private void OnTick(bool heard, TimeSpan now)
    {
        if (State is Connected connected)
        {
            OnLook(connected, heard, now);
            return;
        }
        if (State.Deadline is not { } deadline || now < deadline)
        {
            return;
        }
        switch (State)
        {
            case RequestSent:
                Abort(
                    SstpStatus.NegotiationTimeout,
                    SstpAttributeId.NoError,
                    new Failure(Cause.SstpTimeout, $"no Call Connect Ack in {Seconds(timers.Negotiation)}"),
                    now);
                break;
            case AckReceived:
                Abort(
                    SstpStatus.NegotiationTimeout,
                    SstpAttributeId.NoError,
                    new Failure(Cause.AuthenticationTimeout, $"after {Seconds(timers.Authentication)}"),
                    now);
                break;
            case Closing:
                _actions.Add(new SstpAction.Close());
                State = new Disconnected();
                break;
            default:
                break;
        }
    }

    private void OnLook(Connected state, bool heard, TimeSpan now)
    {
        if (heard)
        {
            State = state with { HeardAt = now, ProbedAt = null, Deadline = NextLook(now, now + timers.Hello) };
            return;
        }
        if (state.ProbedAt is { } probedAt)
        {
            if (now - probedAt >= timers.Hello)
            {
                // MS-SSTP 3.2.6: a server that is gone gets no Call Abort.
                End(new Failure(Cause.DeadPeer, $"nothing received for {Seconds(now - state.HeardAt)}"));
                return;
            }
            State = state with { Deadline = NextLook(now, probedAt + timers.Hello) };
            return;
        }
        if (now - state.HeardAt >= timers.Hello)
        {
            Send(ControlMessage.EchoRequest);
            State = state with { ProbedAt = now, Deadline = NextLook(now, now + timers.Hello) };
            return;
        }
        State = state with { Deadline = NextLook(now, state.HeardAt + timers.Hello) };
    }

    private TimeSpan NextLook(TimeSpan now, TimeSpan latest)
    {
        TimeSpan look = now + (timers.Hello / LooksPerInterval);
        return look < latest ? look : latest;
    }

    /// <summary>Only the server's own doing hints at the binding, a broken network does not.</summary>
    private Failure OnConnectionEnded(Failure reason, TimeSpan now) =>
        reason.Cause is Cause.ConnectionClosed or Cause.ConnectionReset ? RefusedBinding(now, reason.Detail) ?? reason : reason;

    /// <summary>The likely cause when the server breaks off in a way that a refused Call Connected shows, else null.</summary>
    private Failure? RefusedBinding(TimeSpan now, string detail)
    {
        if (State is not Connected { Since: var since })
        {
            return null;
        }
        TimeSpan age = now - since;
        return age <= s_promptRefusal || (age >= s_lateRefusalFrom && age <= s_lateRefusalTo)
            ? new Failure(Cause.SstpBinding, $"{Seconds(age)} after Call Connected: {detail}")
            : null;
    }
}
