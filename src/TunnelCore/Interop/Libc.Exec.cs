using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

internal static partial class Libc
{
    private const int SignalPipe = 13;

    /// <summary>
    /// Turns this process into another program: same process id, standard descriptors as they are, every other one closed (they are
    /// close-on-exec), signals at their defaults. Returns only when that fails: the error number.
    /// </summary>
    /// <param name="path">Absolute; nothing is searched, no shell involved.</param>
    /// <param name="arguments">With the program's own name first.</param>
    /// <param name="environment">NAME=value.</param>
    public static unsafe int Execute(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        // The runtime ignores it, and what is ignored stays so in the new program.
        _ = Signal(SignalPipe, 0);
        nint[] argv = ToVector(arguments);
        nint[] envp = ToVector(environment);
        fixed (nint* argvStart = argv, envpStart = envp)
        {
            _ = ExecVe(path, argvStart, envpStart);
        }

        return Marshal.GetLastPInvokeError();
    }

    private static nint[] ToVector(IReadOnlyList<string> texts) =>
        [.. texts.Select(Marshal.StringToCoTaskMemUTF8), 0];

    [LibraryImport(Name, EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int ExecVe(string path, nint* arguments, nint* environment);

    [LibraryImport(Name, EntryPoint = "signal", SetLastError = true)]
    private static partial nint Signal(int number, nint handler);
}
