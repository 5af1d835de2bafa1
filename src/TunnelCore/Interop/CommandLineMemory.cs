using System.Globalization;
using System.Text;

namespace TunnelCore.Interop;

/// <summary>The command line of this process as others see it (/proc/PID/cmdline): the kernel shows the process's own memory.</summary>
public static class CommandLineMemory
{
    private const byte Cover = (byte)'x';
    private const int FieldsBeforeStart = 47 - 2; // arg_start is the 48th field, and those behind the name begin with the third

    /// <summary>
    /// Writes x over the text wherever it is a whole argument, or the value behind a '='. Nothing happens where the kernel does not
    /// say where the command line is.
    /// </summary>
    public static unsafe void Blank(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] secret = Encoding.UTF8.GetBytes(text);
        if (secret.Length == 0 || Bounds() is not var (start, end) || end <= start)
        {
            return;
        }

        Span<byte> line = new((void*)start, checked((int)(end - start)));
        while (!line.IsEmpty)
        {
            int length = line.IndexOf((byte)0);
            Span<byte> argument = length < 0 ? line : line[..length];
            if (argument.EndsWith(secret) && (argument.Length == secret.Length || argument[^(secret.Length + 1)] == (byte)'='))
            {
                argument[^secret.Length..].Fill(Cover);
            }

            line = length < 0 ? default : line[(length + 1)..];
        }
    }

    private static (long Start, long End)? Bounds()
    {
        try
        {
            string status = File.ReadAllText("/proc/self/stat");
            string[] fields = status[(status.LastIndexOf(')') + 2)..].Split(' ');
            return long.TryParse(fields[FieldsBeforeStart], NumberStyles.None, CultureInfo.InvariantCulture, out long start)
                && long.TryParse(fields[FieldsBeforeStart + 1], NumberStyles.None, CultureInfo.InvariantCulture, out long end) && start != 0
                ? (start, end)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return null;
        }
    }
}
