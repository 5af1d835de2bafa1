using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>poll(2) over sockets whose handles the caller keeps open.</summary>
internal static partial class Libc
{
    internal const short POLLIN = 1;
    internal const short POLLOUT = 4;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int PollSockets(Span<PolledSocket> sockets, nuint count, int timeoutMilliseconds);

    /// <param name="timeoutMilliseconds">-1 = for ever.</param>
    /// <returns>Number of ready entries, 0 after the timeout, -1 with errno (EINTR included).</returns>
    internal static int PollSockets(Span<PolledSocket> sockets, int timeoutMilliseconds) =>
        PollSockets(sockets, (nuint)sockets.Length, timeoutMilliseconds);
}
