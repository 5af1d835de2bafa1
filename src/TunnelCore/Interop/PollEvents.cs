namespace TunnelCore.Interop;

/// <summary>Bits of poll(2).</summary>
[Flags]
internal enum PollEvents : short
{
    None = 0,
    In = 1,
    Out = 4,
    Error = 8,
    HangUp = 16,
    Invalid = 32,
}
