using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>Error numbers of Linux that the code decides on.</summary>
internal static class Errno
{
    public const int NoEntry = 2;
    public const int NoProcess = 3;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int Again = 11;
    public const int NotImplemented = 38;

    /// <summary>The system's words for the error of the last call.</summary>
    public static string Last => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
