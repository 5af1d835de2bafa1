using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>Switches the echo of the terminal at standard input off, until Dispose. Nothing happens where that is no terminal.</summary>
public sealed partial class TerminalEcho : IDisposable
{
    private const int TermiosBytes = 256;
    private const int LocalFlagsOffset = 12; // c_lflag, behind c_iflag, c_oflag and c_cflag
    private const uint Echo = 8;

    private readonly byte[]? _before;

    private TerminalEcho(byte[]? before) => _before = before;

    public static unsafe TerminalEcho Off()
    {
        byte[] termios = new byte[TermiosBytes];
        fixed (byte* start = termios)
        {
            if (TcGetAttr(0, start) < 0)
            {
                return new TerminalEcho(null);
            }
        }

        byte[] silent = [.. termios];
        Span<uint> flags = MemoryMarshal.Cast<byte, uint>(silent.AsSpan(LocalFlagsOffset, sizeof(uint)));
        flags[0] &= ~Echo;
        Set(silent);
        return new TerminalEcho(termios);
    }

    public void Dispose()
    {
        if (_before is not null)
        {
            Set(_before);
        }
    }

    private static unsafe void Set(byte[] termios)
    {
        fixed (byte* start = termios)
        {
            _ = TcSetAttr(0, 0, start);
        }
    }

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static unsafe partial int TcGetAttr(int terminal, byte* termios);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static unsafe partial int TcSetAttr(int terminal, int when, byte* termios);
}
