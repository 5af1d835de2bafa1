using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>struct pollfd. The owner of the descriptor keeps it open while it is polled. -1 is skipped.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    public int Descriptor;
    public PollEvents Wanted;
    public PollEvents Found;

    public PollEntry(SafeHandle? handle, PollEvents wanted)
    {
        Descriptor = handle is null || handle.IsInvalid || handle.IsClosed ? -1 : (int)handle.DangerousGetHandle();
        Wanted = wanted;
        Found = PollEvents.None;
    }

    /// <summary>Of a descriptor on which the caller holds a reference: closed by now or not, its number is still its own.</summary>
    public static PollEntry OfHeld(SafeHandle handle, PollEvents wanted) =>
        new() { Descriptor = (int)handle.DangerousGetHandle(), Wanted = wanted };

    public readonly bool Ready => Found != PollEvents.None;
}
