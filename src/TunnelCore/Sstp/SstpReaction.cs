namespace TunnelCore.Sstp;

/// <summary>How a state answers a message: the cells of the machine's table.</summary>
internal enum SstpReaction
{
    Ignore,

    /// <summary>Judge the Call Connect Ack and go on to PPP.</summary>
    AcceptAck,

    /// <summary>Send the request again, a limited number of times.</summary>
    Retry,

    /// <summary>A message that this state does not expect: Call Abort with status 5.</summary>
    Unaccepted,

    /// <summary>Answer with Call Abort and give the server a moment to close.</summary>
    AnswerAbort,

    /// <summary>Our Call Abort was answered.</summary>
    AbortAnswered,

    /// <summary>Answer with Call Disconnect Ack and give the server a moment to close.</summary>
    AnswerDisconnect,

    /// <summary>Our Call Disconnect was answered.</summary>
    Disconnected,

    AnswerEcho,
}
