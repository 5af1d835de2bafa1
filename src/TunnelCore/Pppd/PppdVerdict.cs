using System.Globalization;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>Why pppd has ended, in terms of the table of causes.</summary>
internal static class PppdVerdict
{
    private sealed record Evidence(PppdHistory History, ServerWords Words, PppOptions Options);

    private static readonly Dictionary<PppdStatus, Func<Evidence, Failure>> s_table = new()
    {
        [PppdStatus.Ok] = EndedByServer,
        [PppdStatus.FatalError] = e => new(Cause.EngineDied, OwnWords(e, "fatal error")),
        [PppdStatus.OptionError] = e => new(Cause.EngineOptions, OwnWords(e, "option error")),
        [PppdStatus.NotRoot] = _ => new(Cause.EngineNotStarted, "it must be started by root"),
        [PppdStatus.NoKernelSupport] = e => new(Cause.NoPppDevice, OwnWords(e, "no kernel support")),
        [PppdStatus.UserRequest] = _ => new(Cause.Cancelled),
        [PppdStatus.LockFailed] = e => new(Cause.EngineDied, OwnWords(e, "cannot lock the line")),
        [PppdStatus.OpenFailed] = e => new(Cause.EngineDied, OwnWords(e, "cannot open the line")),
        [PppdStatus.NegotiationFailed] = NegotiationFailed,
        [PppdStatus.PeerAuthFailed] = e => new(Cause.PeerNotAuthenticated, OwnWords(e, "")),
        [PppdStatus.PeerDead] = e => new(Cause.DeadPeer, $"no answer to {e.Options.LcpEchoFailure} LCP echo requests"),
        [PppdStatus.Hangup] = _ => new(Cause.LinkGone, "pppd saw the line hang up"),
        [PppdStatus.Loopback] = _ => new(Cause.LcpFailed, "our own packets came back"),
        [PppdStatus.AuthToPeerFailed] = LoginRefused,
        [PppdStatus.Crashed] = e => new(Cause.EngineDied, OwnWords(e, "crash")),
    };

    /// <summary>pppd ends with the same status whatever keeps MPPE from it; only its words tell. The last row fits all.</summary>
    private static readonly (string Words, Cause Cause, string Detail)[] s_mppe =
    [
        ("kernel has no support", Cause.NoMppeModule, "pppd asked it"),
        ("MS-CHAP", Cause.MppeFailed, "the login was none that makes keys for it: only MS-CHAP and EAP-TLS do"),
        ("keys are not available", Cause.MppeFailed, "the login made no keys for it"),
        ("40-bit and 128-bit", Cause.MppeFailed, "no key length is left: an MS-CHAPv1 login makes no 40-bit keys"),
        ("", Cause.MppeFailed, "CCP came to no agreement"),
    ];

    public static Failure Of(PppdHistory history, ServerWords words, PppOptions options)
    {
        if (history.Decided is { } known)
        {
            return known;
        }

        if (history.Signal != 0)
        {
            return new Failure(Cause.EngineDied, string.Create(CultureInfo.InvariantCulture, $"killed by signal {history.Signal}"));
        }

        Evidence evidence = new(history, words, options);
        if (IsMethodRefused(evidence))
        {
            return new Failure(Cause.AuthenticationMethod, $"it insists on {words.WantedMethod}");
        }

        if (!history.WasRunning && history.MppeComplaint is { } complaint)
        {
            return MppeDemanded(complaint);
        }

        int status = history.StatusAtDisconnect ?? history.ExitStatus;
        return s_table.TryGetValue((PppdStatus)status, out Func<Evidence, Failure>? judge)
            ? judge(evidence)
            : new Failure(Cause.EngineDied, OwnWords(evidence, string.Create(CultureInfo.InvariantCulture, $"exit status {status}")));
    }

    /// <summary>We refused the only method that the server would take: it ends the link, before or after LCP has agreed on none.</summary>
    private static bool IsMethodRefused(Evidence e) =>
        !e.History.WasRunning && !e.Words.SuccessSeen && e.Words.LcpSeen
        && (PppdStatus)(e.History.StatusAtDisconnect ?? e.History.ExitStatus) is (PppdStatus.Ok or PppdStatus.NegotiationFailed)
        && e.Words.WantedMethod is { } method && e.Options.Refused.HasFlag(method);

    private static Failure MppeDemanded(string complaint)
    {
        (_, Cause cause, string detail) = Array.Find(s_mppe, row => complaint.Contains(row.Words, StringComparison.Ordinal));
        return new Failure(cause, detail);
    }

    private static Failure EndedByServer(Evidence e)
    {
        string said = string.IsNullOrEmpty(e.Words.Farewell) ? "" : $": {e.Words.Farewell}";
        return e.History.WasRunning
            ? new Failure(Cause.PeerEnded, e.Words.Farewell ?? "")
            : new Failure(Cause.LcpFailed, e.Words.Farewell is null ? "it ended without a reason" : $"the server ended it{said}");
    }

    private static Failure NegotiationFailed(Evidence e) => e.History.Furthest switch
    {
        >= PppPhase.Network when e.Options.Mppe != MppeRequirement.None => new(Cause.MppeFailed, "CCP came to no agreement"),
        >= PppPhase.Network => new(Cause.IpcpFailed, OwnWords(e, "")),
        PppPhase.Authenticate => new(Cause.AuthenticationTimeout, OwnWords(e, "")),
        _ when !e.Words.LcpSeen => new(Cause.LcpTimeout, "no LCP packet came from it"),
        _ => EndedByServer(e),
    };

    private static Failure LoginRefused(Evidence e)
    {
        if (e.Words.Refusal is { } refusal)
        {
            return refusal;
        }

        return e.Words.SuccessSeen
            ? new Failure(Cause.PeerNotAuthenticated, "its proof that it knows the password is wrong")
            : new Failure(Cause.AuthenticationTimeout, "no answer to the login");
    }

    private static string OwnWords(Evidence e, string otherwise) => e.History.LastLine.Length > 0 ? e.History.LastLine : otherwise;
}
