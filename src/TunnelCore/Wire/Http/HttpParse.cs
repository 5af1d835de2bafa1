namespace TunnelCore.Wire.Http;

/// <summary>How far <see cref="HttpReplyParser"/> has come.</summary>
internal enum HttpParse
{
    NeedMore,
    Complete,

    /// <summary>No HTTP/1.x status line.</summary>
    Garbage,

    /// <summary>More than <see cref="HttpReplyParser.MaxBytes"/>.</summary>
    TooLarge,

    /// <summary>More than <see cref="HttpReplyParser.MaxHeaders"/>.</summary>
    TooManyHeaders,
}
