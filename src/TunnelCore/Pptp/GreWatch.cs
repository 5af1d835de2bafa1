using TunnelCore.Diagnostics;

namespace TunnelCore.Pptp;

/// <summary>
/// Tells a firewall that swallows GRE from a server that does not talk PPP, and a lasting failure to send from a short one:
/// (counters, now) → failure, next deadline.
/// </summary>
internal sealed class GreWatch(PptpTimeouts timeouts)
{
    private static readonly TimeSpan s_lookAgain = TimeSpan.FromSeconds(1);

    private TimeSpan? _silentSince;
    private TimeSpan? _unreachableSince;
    private TimeSpan? _failingSince;
    private GreHealth _last;

    /// <summary>When to look again although nothing has happened; null = packets flow.</summary>
    public TimeSpan? NextDeadline { get; private set; }

    /// <summary>Packets may flow from now on.</summary>
    public void Started(TimeSpan now)
    {
        _silentSince = now;
        NextDeadline = now + s_lookAgain;
    }

    /// <summary>Looks at the counters; null as long as there is hope.</summary>
    public Failure? Check(GreHealth health, TimeSpan now)
    {
        if (_silentSince is null)
        {
            return null;
        }

        // Failures beside successes: which came last, the next look tells.
        bool unclear = health.SendFailures > _last.SendFailures;
        Failure? failure = CheckSilence(health, now) ?? CheckSending(health, now);
        _last = health;
        NextDeadline = unclear || _failingSince is not null || health.Received == 0 ? now + s_lookAgain : null;
        return failure;
    }

    private Failure? CheckSilence(GreHealth health, TimeSpan now)
    {
        if (health.Received > 0)
        {
            return null;
        }

        if (health.Sent == 0)
        {
            // The engine has not begun: nothing is to be expected from the server either.
            _silentSince = now;
        }

        if (health.ProtocolUnreachable > 0)
        {
            _unreachableSince ??= now;
        }

        // A failure of our own to send has its own words.
        if (now - _silentSince >= timeouts.GreSilence && _failingSince is null)
        {
            return new Failure(Cause.GreBlocked, $"{health.Sent} packets sent, none received");
        }

        return health.ProtocolUnreachable > 1 && now - _unreachableSince >= timeouts.GreUnreachable
            ? new Failure(Cause.GreBlocked, "the server's side answers that it takes no GRE")
            : null;
    }

    private Failure? CheckSending(GreHealth health, TimeSpan now)
    {
        if (health.Sent > _last.Sent)
        {
            _failingSince = null;
        }
        else if (health.SendFailures > _last.SendFailures)
        {
            _failingSince ??= now;
        }

        return now - _failingSince >= timeouts.GreSendFailure ? new Failure(Cause.GreSendFailed, health.SendError) : null;
    }
}
