namespace TunnelCore.Pppd;

/// <summary>A line with a pppd at its other end that somebody else has started.</summary>
public sealed record LineSettings
{
    /// <summary>Descriptor that is read and, where it can be written to, written.</summary>
    public int Input { get; init; }

    /// <summary>Descriptor for writing when <see cref="Input"/> cannot be written to.</summary>
    public int Output { get; init; } = 1;

    /// <summary>Descriptor of the line's other end, held open until pppd has it; -1 = none.</summary>
    public int Slave { get; init; } = -1;

    /// <summary>Frames without flags, escapes and checksum, one in each read and write (pppd's option sync).</summary>
    public bool Synchronous { get; init; }

    /// <summary>Path of the socket on which a plugin of pppd tells the keys of the login (SSTP); null = nobody does.</summary>
    public string? KeySocket { get; init; }
}
