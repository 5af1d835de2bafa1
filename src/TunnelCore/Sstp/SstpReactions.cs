using TunnelCore.Wire.Sstp;
using static TunnelCore.Sstp.SstpReaction;

namespace TunnelCore.Sstp;

/// <summary>The table of MS-SSTP 3.2.5: message by state.</summary>
internal static class SstpReactions
{
    // Echo before Connected is answered although the specification aborts: some servers probe in every state.
    // Columns: the states in the order of SstpPhase; Disconnected reacts to nothing.
    private static readonly SstpReaction[][] s_table =
    [
        //                        RequestSent       AckReceived       Connected         AbortPending   AbortTimeout  DiscAckPending    DiscTimeout
        /* Call Connect Request */ [Unaccepted,      Unaccepted,       Unaccepted,       Ignore,        Ignore,       Ignore,           Ignore],
        /* Call Connect Ack     */ [AcceptAck,       Unaccepted,       Unaccepted,       Ignore,        Ignore,       Ignore,           Ignore],
        /* Call Connect Nak     */ [Retry,           Unaccepted,       Unaccepted,       Ignore,        Ignore,       Ignore,           Ignore],
        /* Call Connected       */ [Unaccepted,      Unaccepted,       Unaccepted,       Ignore,        Ignore,       Ignore,           Ignore],
        /* Call Abort           */ [AnswerAbort,     AnswerAbort,      AnswerAbort,      AbortAnswered, Ignore,       AnswerAbort,      Ignore],
        /* Call Disconnect      */ [AnswerDisconnect, AnswerDisconnect, AnswerDisconnect, Ignore,       Ignore,       AnswerDisconnect, Ignore],
        /* Call Disconnect Ack  */ [Unaccepted,      Unaccepted,       Unaccepted,       Ignore,        Ignore,       Disconnected,     Ignore],
        /* Echo Request         */ [AnswerEcho,      AnswerEcho,       AnswerEcho,       Ignore,        Ignore,       Ignore,           Ignore],
        /* Echo Response        */ [Ignore,          Ignore,           Ignore,           Ignore,        Ignore,       Ignore,           Ignore],
    ];

    public static SstpReaction Of(SstpMessageType type, SstpPhase phase)
    {
        int row = (int)type - (int)SstpMessageType.CallConnectRequest;
        return row < 0 || row >= s_table.Length || phase == SstpPhase.Disconnected ? Ignore : s_table[row][(int)phase];
    }
}
