using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>An eventfd that stays set once set: wakes every poll that watches it.</summary>
internal sealed partial class EventDescriptor : IDisposable
{
    private const int Flags = Libc.CloseOnExec | Libc.NonBlocking;

    public EventDescriptor()
    {
        Descriptor = new FileDescriptor(EventFd(0, Flags));
        if (Descriptor.IsInvalid)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    public FileDescriptor Descriptor { get; }

    public void Set()
    {
        ReadOnlySpan<byte> one = [1, 0, 0, 0, 0, 0, 0, 0];
        _ = Libc.Write(Descriptor, one);
    }

    public void Dispose() => Descriptor.Dispose();

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFd(uint value, int flags);
}
