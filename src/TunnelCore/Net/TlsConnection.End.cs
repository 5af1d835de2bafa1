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
        Failure end = DescribeWhatHappened(error);
        // The alert that would say so gets lost when our first write meets the server's closed socket.
        return certificateAsked && !_dataSeen && end.Cause is (Cause.ConnectionClosed or Cause.ConnectionReset)
            ? new Failure(Cause.TlsClientCertificate, $"{end.Detail}, right after the handshake")
            : end;
    }

    private Failure DescribeWhatHappened(Exception? error)
    {
        // EPIPE is what our own Abort looks like to a writer.
        if (FindErrno(error) is int errno && !(socket.IsAborted && errno == Errno.EPIPE))
        {
            (int known, Cause cause, string text) = Array.Find(s_ends, row => row.Errno == errno);
            return known != 0
                ? new Failure(cause, $"{RemoteEndPoint}: {text}")
                : new Failure(Cause.ConnectionBroken, $"{RemoteEndPoint}: {Marshal.GetPInvokeErrorMessage(errno)}");
        }
        if (OpenSslError.Find(error) is { } tlsError)
        {
            return DescribeTlsError(tlsError);
        }
        if (_closeNotifySeen)
        {
            return new Failure(Cause.ConnectionClosed, $"{RemoteEndPoint}: orderly, with TLS close_notify");
        }
        if (socket.EndSeen)
        {
            return new Failure(Cause.ConnectionClosed, $"{RemoteEndPoint}: TCP FIN without a TLS close_notify");
        }
        return socket.IsClosing || error is null
            ? new Failure(Cause.Cancelled)
            : new Failure(Cause.ConnectionBroken, $"{RemoteEndPoint}: {PrintableText.From(error.GetBaseException().Message)}");
    }

    private Failure DescribeTlsError(OpenSslError error)
    {
        if (error.Alert is not int alert)
        {
            return new Failure(Cause.ConnectionBroken, $"{RemoteEndPoint}: TLS error: {PrintableText.From(error.Text)}");
        }
        // In TLS 1.3 the server judges our missing certificate after our side of the handshake is done.
        bool ours = TlsFailureTable.ForAlert(alert, certificateAsked) == Cause.TlsClientCertificate;
        return new Failure(ours ? Cause.TlsClientCertificate : Cause.ConnectionBroken, $"{RemoteEndPoint}: TLS alert {TlsAlert.Name(alert)}");
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
