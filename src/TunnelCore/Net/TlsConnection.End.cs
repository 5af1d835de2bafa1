using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Net;

internal sealed partial class TlsConnection
{
    private static readonly (int Errno, Cause Cause, string Text)[] s_ends =
    [
        (Errno.ECONNRESET, Cause.ConnectionReset, "TCP reset by the server"),
        (Errno.EPIPE, Cause.ConnectionReset, "the server takes no more data"),
        (Errno.ECONNABORTED, Cause.ConnectionReset, "TCP connection aborted"),
        (Errno.ETIMEDOUT, Cause.DeadPeer, "TCP timed out"),
        (Errno.ENETUNREACH, Cause.ConnectionBroken, "the network became unreachable"),
        (Errno.EHOSTUNREACH, Cause.ConnectionBroken, "the server became unreachable"),
    ];

    public Failure DescribeEnd(Exception? error)
    {
        if (socket.IsAborted)
        {
            return new Failure(Cause.Cancelled);
        }
        if (FindErrno(error) is int errno)
        {
            (int known, Cause cause, string text) = Array.Find(s_ends, row => row.Errno == errno);
            return known != 0
                ? new Failure(cause, $"{RemoteEndPoint}: {text}")
                : new Failure(Cause.ConnectionBroken, $"{RemoteEndPoint}: {Marshal.GetPInvokeErrorMessage(errno)}");
        }
        OpenSslError? tlsError = OpenSslError.Find(error);
        if (tlsError?.Alert is int alert)
        {
            // In TLS 1.3 the server judges our missing certificate after our side of the handshake is done.
            Cause cause = TlsFailureTable.ForAlert(alert, certificateAsked) == Cause.TlsClientCertificate ? Cause.TlsClientCertificate : Cause.ConnectionBroken;
            return new Failure(cause, $"{RemoteEndPoint}: TLS alert {TlsAlert.Name(alert)}");
        }
        if (tlsError is not null)
        {
            return new Failure(Cause.ConnectionBroken, $"{RemoteEndPoint}: TLS error: {PrintableText.From(tlsError.Text)}");
        }
        if (socket.EndSeen)
        {
            return new Failure(Cause.ConnectionClosed, $"{RemoteEndPoint}: TCP FIN without a TLS close_notify");
        }
        return error is null
            ? new Failure(Cause.ConnectionClosed, $"{RemoteEndPoint}: orderly, with TLS close_notify")
            : new Failure(Cause.ConnectionBroken, $"{RemoteEndPoint}: {PrintableText.From(error.GetBaseException().Message)}");
    }

    private static int? FindErrno(Exception? error)
    {
        for (int depth = 0; error is not null && depth < 8; depth++, error = error.InnerException)
        {
            if (error is SocketErrorException socketError)
            {
                return socketError.Errno;
            }
        }
        return null;
    }
}
