using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH: the descriptor itself
    private const uint BasicStats = 0x7FF;

    /// <summary>0 and the status of an open file, or errno.</summary>
    /// <remarks>
    /// struct statx is the same on every architecture: u32 mask, u32 blksize, u64 attributes, u32 nlink, u32 uid (20), u32 gid,
    /// u16 mode (28), u16 spare, u64 ino, u64 size (40) ... 256 bytes.
    /// </remarks>
    public static unsafe int GetStatus(FileDescriptor file, out FileStatus status)
    {
        const int UidOffset = 20, ModeOffset = 28, SizeOffset = 40, StatxBytes = 256;
        Span<byte> buffer = stackalloc byte[StatxBytes];
        buffer.Clear();
        status = default;
        fixed (byte* start = buffer)
        {
            if (Statx(file, "", EmptyPath, BasicStats, start) < 0)
            {
                return Marshal.GetLastPInvokeError();
            }
        }

        // The kernel writes in host order.
        uint owner = MemoryMarshal.Read<uint>(buffer[UidOffset..]);
        ushort mode = MemoryMarshal.Read<ushort>(buffer[ModeOffset..]);
        status = new FileStatus(mode, owner, MemoryMarshal.Read<ulong>(buffer[SizeOffset..]));
        return 0;
    }

    [LibraryImport(Name, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(FileDescriptor directory, string path, int flags, uint mask, byte* status);
}
