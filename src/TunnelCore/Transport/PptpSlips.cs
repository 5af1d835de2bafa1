using TunnelCore.Diagnostics;
using TunnelCore.Pptp;
using TunnelCore.Wire.Pptp;

namespace TunnelCore.Transport;

/// <summary>Failures of a PPTP server that are worth a second call, and how long to wait before it.</summary>
internal static class PptpSlips
{
    private static readonly (Cause Cause, string Ending, TimeSpan Pause)[] s_table =
    [
        // pptpd drops a new connection unread when an older one ends in the same moment, as in a quick reconnect.
        (Cause.PptpProtocol, PptpMachine.Unanswered, TimeSpan.FromMilliseconds(300)),
        // A session of ours that the server has not yet noticed to be over.
        (Cause.PptpRefused, PptpNames.Of(StartResult.ChannelExists, GeneralError.None), TimeSpan.FromSeconds(1)),
    ];

    public static TimeSpan? PauseAfter(Failure failure)
    {
        foreach ((Cause cause, string ending, TimeSpan pause) in s_table)
        {
            if (failure.Cause == cause && failure.Detail.EndsWith(ending, StringComparison.Ordinal))
            {
                return pause;
            }
        }

        return null;
    }
}
