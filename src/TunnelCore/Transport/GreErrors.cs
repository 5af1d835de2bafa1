using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using TunnelCore.Interop;
using TunnelCore.Net;

namespace TunnelCore.Transport;

/// <summary>
/// Errors of the GRE socket. None of them ends a tunnel by itself: an ICMP message is reported once and what follows works again.
/// They are counted, logged once per kind, and "fragmentation needed" has taught the kernel the path MTU. Any thread.
/// </summary>
/// <param name="pathChanged">Called when the path has another MTU.</param>
/// <param name="logger">Log.</param>
internal sealed class GreErrors(Action pathChanged, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _logged = [];
    private long _protocolUnreachable;
    private int _lastSendErrno;

    public long ProtocolUnreachable => Volatile.Read(ref _protocolUnreachable);

    /// <summary>Words for the last packet that could not be sent.</summary>
    public string LastSendError => Marshal.GetPInvokeErrorMessage(Volatile.Read(ref _lastSendErrno));

    /// <summary>The kernel hands an ICMP message to whatever call comes next: a send that fails so may be repeated.</summary>
    public static bool IsIcmp(int errno) => errno is DatagramErrno.EMSGSIZE or DatagramErrno.ENOPROTOOPT or Errno.ECONNREFUSED or Errno.EHOSTUNREACH;

    /// <summary>The network takes no more at the moment: packets are what one drops then.</summary>
    public static bool IsFullQueue(int errno) => errno is DatagramErrno.ENOBUFS or Errno.EAGAIN;

    public void Note(int errno)
    {
        if (errno == DatagramErrno.ENOPROTOOPT)
        {
            Interlocked.Increment(ref _protocolUnreachable);
        }

        if (errno == DatagramErrno.EMSGSIZE)
        {
            pathChanged();
        }

        lock (_lock)
        {
            if (!_logged.Add(errno))
            {
                return;
            }
        }

        logger.GreSoftError(Marshal.GetPInvokeErrorMessage(errno));
    }

    public void NoteSend(int errno)
    {
        Volatile.Write(ref _lastSendErrno, errno);
        Note(errno);
    }
}
