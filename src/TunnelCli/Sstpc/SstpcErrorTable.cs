using TunnelCore.Diagnostics;

namespace TunnelCli.Sstpc;

/// <summary>
/// What scripts around sstpc look for on its standard output: "**Error: TEXT, (CODE)". The texts are an interface; people read the
/// sentence of the table of causes.
/// </summary>
internal static class SstpcErrorTable
{
    private const int Other = -1;
    private const int BadCertificate = -2;

    private static readonly (Cause First, Cause Last, string Text)[] s_rows =
    [
        (Cause.NameNotFound, Cause.NameLookupTimeout, "Could not lookup host"),
        (Cause.ProxyNoCredentials, Cause.ProxyNoCredentials, "Proxy asked for credentials, none provided"),
        (Cause.ProxyUnreachable, Cause.ProxyGarbage, "Could not connect to proxy server"),
        (Cause.TcpRefused, Cause.TcpRefused, "Could not perform HTTP handshake with server"),
        (Cause.TcpTimeout, Cause.TcpTimeout, "Could not complete connect to the client"),
        (Cause.TcpUnreachable, Cause.TcpFailed, "Could not connect to the server"),
        (Cause.TlsTimeout, Cause.TlsFailed, "Could not perform HTTP handshake with server"),
        (Cause.CertificateSelfSigned, Cause.CertificateInvalid, "Verification of server certificate failed"),
        (Cause.HttpAuthentication, Cause.HttpTooLarge, "HTTP handshake with server failed"),
        (Cause.SstpProtocol, Cause.SstpTimeout, "Negotiation with server failed"),
        (Cause.SstpAborted, Cause.ConnectionBroken, "Connection was aborted, {0}"),
        (Cause.DeadPeer, Cause.DeadPeer, "Connection was aborted, {0}"),
        (Cause.EngineMissing, Cause.EngineMissing, "Could not start PPP daemon"),
    ];

    public static string Line(Failure failure)
    {
        string text = Array.Find(s_rows, row => failure.Cause >= row.First && failure.Cause <= row.Last).Text ?? "{0}";
        string detail = failure.Detail.Length > 0 ? failure.Detail : failure.Info.Code;
        int code = failure.Info.ExitStatus == SstpcExit.CertificateRefused ? BadCertificate : Other;
        return $"**Error: {text.Replace("{0}", detail, StringComparison.Ordinal)}, ({code})";
    }
}
