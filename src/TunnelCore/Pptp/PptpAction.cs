using TunnelCore.Diagnostics;
using TunnelCore.Wire.Pptp;

namespace TunnelCore.Pptp;

/// <summary>What the machine asks its driver to do, in order.</summary>
internal abstract record PptpAction
{
    private PptpAction()
    {
    }

    public sealed record Send(PptpMessage Message) : PptpAction;

    /// <summary>The call is up: packets may flow.</summary>
    public sealed record CallUp(ushort ServerCallId) : PptpAction;

    /// <summary>The attempt or the tunnel has ended for this reason; a farewell may follow. At most once.</summary>
    public sealed record Fail(Failure Failure) : PptpAction;

    /// <summary>Send what is to be sent, then close the TCP connection. Always the last action.</summary>
    public sealed record Disconnect : PptpAction;

    /// <summary>A message of the server's came that is worth a line in the log.</summary>
    public sealed record Heard(PptpMessageType Type) : PptpAction;

    /// <summary>Something for the log.</summary>
    public sealed record Note(bool IsWarning, string Text) : PptpAction;
}
