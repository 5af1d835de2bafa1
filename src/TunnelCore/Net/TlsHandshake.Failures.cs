using System.Security.Authentication;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Net;

internal sealed partial class TlsHandshake
{
    private const int QuotedAnswer = 60;

    private static readonly (int Version, string Name)[] s_versionNames =
        [(0x0300, "SSL 3.0"), (0x0301, "TLS 1.0"), (0x0302, "TLS 1.1"), (0x0303, "TLS 1.2")];

    /// <summary>What went wrong: our verdict, then what was seen on the wire, then the library's words.</summary>
    private Failure Describe(Exception exception, SocketStream stream)
    {
        if (_verdict is not null)
        {
            return _verdict;
        }
        string where = server.Literal is null ? $"{server} at {stream.RemoteEndPoint}" : $"{server}";
        if (!_observer.IsTls)
        {
            return new Failure(Cause.TlsNotTls, $"{where}: it said \"{PrintableText.FromBytes(_observer.First, QuotedAnswer)}\"");
        }
        if (exception is OperationCanceledException)
        {
            return new Failure(Cause.TlsTimeout, $"{where}: no end after {limit.TotalSeconds:0.#} s, {_observer.Progress}");
        }
        OpenSslError? error = OpenSslError.Find(exception);
        if ((_observer.PlainAlert ?? error?.Alert) is int alert and not 0)
        {
            return DescribeAlert(alert, where);
        }
        if (stream.FirstErrno != 0)
        {
            string text = System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(stream.FirstErrno);
            return new Failure(stream.FirstErrno is Errno.ECONNRESET or Errno.EPIPE ? Cause.TlsClosed : Cause.TlsFailed, $"{where}: {text}");
        }
        if (stream.EndSeen || _observer.PlainAlert == 0)
        {
            return new Failure(Cause.TlsClosed, $"{where}: {_observer.Progress}");
        }
        return error is null
            ? new Failure(Cause.TlsFailed, $"{where}: {PrintableText.From(Innermost(exception).Message)}")
            : DescribeReason(error, where);
    }

    private Failure DescribeAlert(int alert, string where)
    {
        Cause cause = TlsFailureTable.ForAlert(alert, _certificateAsked);
        string detail = cause switch
        {
            Cause.TlsVersion => $"{where} refuses {AllowedVersions()}: TLS alert {TlsAlert.Name(alert)}",
            Cause.TlsHostNameRefused => $"{where}, name \"{wanted}\": TLS alert {TlsAlert.Name(alert)}",
            _ => $"{where}: TLS alert {TlsAlert.Name(alert)}",
        };
        return new Failure(cause, detail);
    }

    private Failure DescribeReason(OpenSslError error, string where)
    {
        // Known not to be anything but TLS by now: then it is the version in the records that does not fit.
        Cause cause = error.Reason == OpenSslError.WrongVersionNumber ? Cause.TlsVersion : TlsFailureTable.ForReason(error.Reason);
        if (cause == Cause.TlsVersion && _observer.ServerVersion != 0)
        {
            return new Failure(cause, $"{where} chose {VersionName(_observer.ServerVersion)}, allowed: {AllowedVersions()}");
        }
        return new Failure(cause, $"{where}: {PrintableText.From(error.Text)}");
    }

    private string AllowedVersions() => TlsVersionNames.Join(options.Protocols);

    private static string VersionName(int version) =>
        Array.Find(s_versionNames, row => row.Version == version).Name ?? $"version 0x{version:X4}";

    private static Exception Innermost(Exception exception) => exception.GetBaseException();
}
