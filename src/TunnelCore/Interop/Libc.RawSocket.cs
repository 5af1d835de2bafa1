using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>Options of a raw IPv4 socket, with setsockopt(2) for those that are no int.</summary>
internal static partial class Libc
{
    internal const int SOCK_RAW = 3;
    internal const int IPPROTO_IP = 0;
    internal const int IPPROTO_GRE = 47;
    internal const int SO_RCVBUF = 8;
    internal const int SO_RCVTIMEO = 20;
    internal const int SO_SNDTIMEO = 21;
    internal const int SO_ATTACH_FILTER = 26;
    internal const int SO_RCVBUFFORCE = 33;

    [LibraryImport(Name, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketTimeout(FileDescriptor socket, int level, int option, in TimeSpec value, uint length);

    [LibraryImport(Name, EntryPoint = "setsockopt", SetLastError = true)]
    internal static partial int SetSocketFilter(FileDescriptor socket, int level, int option, in FilterProgram value, uint length);

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FilterProgram
    {
        public ushort Length;
        public nint Instructions;
    }

    /// <summary>struct sock_filter (classic BPF).</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct FilterInstruction
    {
        public ushort Code;
        public byte JumpTrue;
        public byte JumpFalse;
        public uint Value;
    }
}
