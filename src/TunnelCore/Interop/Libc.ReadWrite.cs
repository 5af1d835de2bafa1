using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    /// <summary>Bytes read, 0 at the end, or minus the error number.</summary>
    public static unsafe int Read(FileDescriptor descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count = Read(descriptor, start, (nuint)buffer.Length);
            return count < 0 ? -Marshal.GetLastPInvokeError() : (int)count;
        }
    }

    /// <summary>Bytes written, or minus the error number.</summary>
    public static unsafe int Write(FileDescriptor descriptor, ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            nint count = Write(descriptor, start, (nuint)buffer.Length);
            return count < 0 ? -Marshal.GetLastPInvokeError() : (int)count;
        }
    }

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(FileDescriptor descriptor, byte* buffer, nuint count);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    private static unsafe partial nint Write(FileDescriptor descriptor, byte* buffer, nuint count);
}
