using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>A system call on a socket failed.</summary>
internal sealed class SocketErrorException(string call, int errno) : IOException($"{call}: {Marshal.GetPInvokeErrorMessage(errno)}")
{
    /// <summary>See <see cref="Interop.Errno"/>.</summary>
    public int Errno { get; } = errno;

    public static SocketErrorException FromLastError(string call) => new(call, Marshal.GetLastPInvokeError());
}
