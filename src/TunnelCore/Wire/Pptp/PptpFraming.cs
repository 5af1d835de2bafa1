namespace TunnelCore.Wire.Pptp;

/// <summary>What stands at the head of the bytes of a control connection.</summary>
internal enum PptpFraming
{
    /// <summary>Good so far, and not all there.</summary>
    Incomplete,

    /// <summary>A whole message.</summary>
    Message,

    /// <summary>No magic cookie: this is no PPTP, or the stream is out of step.</summary>
    NotPptp,

    /// <summary>A length that no message has, or not the one of this message's type.</summary>
    BadLength,
}
