using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>One TLS handshake as a client; the certificate is judged before anything of ours is sent under it.</summary>
/// <param name="server">For the texts.</param>
/// <param name="options">Versions and leniency.</param>
/// <param name="wanted">Name or literal that the certificate must carry; a name is sent as SNI.</param>
/// <param name="judge">Judges the certificate.</param>
/// <param name="limit">For the whole handshake.</param>
/// <param name="log">Where ignored certificate errors go.</param>
internal sealed partial class TlsHandshake(
    ServerEndpoint server, TlsOptions options, string wanted, CertificateJudge judge, TimeSpan limit, ILogger log)
{
    private const int MaxPinsNamed = 4;

    private readonly HandshakeObserver _observer = new();
    private byte[]? _serverCertificate;
    private IReadOnlyList<string> _issuersShown = [];
    private Failure? _verdict;
    private bool _certificateAsked;

    /// <summary>Owns the stream: it is closed when the handshake fails.</summary>
    public async Task<TlsConnection> RunAsync(SocketStream stream, CancellationToken cancellation)
    {
        stream.Observer = _observer;
        SslStream tls = new(stream, leaveInnerStreamOpen: false, null, null, TlsPolicy.EncryptionFor(options.Protocols));
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        try
        {
            await tls.AuthenticateAsClientAsync(MakeAuthentication(), deadline.Token).ConfigureAwait(false);
            stream.Observer = null;
            NetLog.TlsEstablished(log, server, tls.SslProtocol, tls.NegotiatedCipherSuite);
            return new TlsConnection(stream, tls, _serverCertificate ?? [], _certificateAsked)
            {
                Summary = TlsSummary.Of(TlsVersionNames.Of(tls.SslProtocol), tls.NegotiatedCipherSuite.ToString(), _serverCertificate, _issuersShown),
            };
        }
        catch (Exception exception) when (exception is not TunnelException)
        {
            Failure? failure = cancellation.IsCancellationRequested ? null : Describe(exception, stream);
            await tls.DisposeAsync().ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            throw failure is null ? exception : new TunnelException(failure, exception);
        }
    }

    private SslClientAuthenticationOptions MakeAuthentication() => new()
    {
        // Never a literal: SNI carries names only (RFC 6066 section 3).
        TargetHost = HostName.ParseLiteral(wanted) is null ? wanted.TrimEnd('.') : "",
        EnabledSslProtocols = options.Protocols,
        CipherSuitesPolicy = TlsPolicy.CiphersFor(options.Protocols),
        EncryptionPolicy = TlsPolicy.EncryptionFor(options.Protocols),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        // The runtime's own chain is not looked at; keep it from searching, downloading and trusting.
        CertificateChainPolicy = new X509ChainPolicy
        {
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            TrustMode = X509ChainTrustMode.CustomRootTrust,
        },
        // The crypto binding hashes the certificate of this very handshake.
        AllowTlsResume = false,
        AllowRenegotiation = false,
        LocalCertificateSelectionCallback = NoClientCertificate,
        RemoteCertificateValidationCallback = Judge,
    };

    private X509Certificate NoClientCertificate(
        object sender, string targetHost, X509CertificateCollection localCertificates, X509Certificate? remoteCertificate, string[] acceptableIssuers)
    {
        // The first call comes before anything was sent; a later one means that the server asked.
        _certificateAsked |= remoteCertificate is not null || acceptableIssuers.Length > 0;
        return null!;
    }

    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf)
        {
            _verdict = new Failure(Cause.TlsNoCipher, $"{server}: the server showed no certificate");
            return false;
        }
        _serverCertificate = leaf.RawData;
        _issuersShown = [.. chain?.ChainPolicy.ExtraStore.Select(issuer => CertificateJudge.Show(issuer.SubjectName)) ?? []];
        if (options.Pins.Count > 0)
        {
            return JudgePin(CertificatePin.Of(leaf));
        }
        IReadOnlyList<Failure> reasons = JudgeSafely(leaf, chain?.ChainPolicy.ExtraStore ?? []);
        if (reasons.Count == 0)
        {
            return true;
        }
        if (!options.IgnoreCertificateErrors)
        {
            _verdict = reasons[0] with { Detail = $"{reasons[0].Detail}; its SHA-256 fingerprint is {CertificateJudge.Fingerprint(leaf)}" };
            return false;
        }
        NetLog.CertificateErrorIgnored(
            log, server, CertificateJudge.Show(leaf.SubjectName), CertificateJudge.Show(leaf.IssuerName), CertificateJudge.Fingerprint(leaf),
            string.Join(" | ", reasons.Select(reason => $"{reason.Info.Code}: {reason.Detail}")));
        return true;
    }

    private bool JudgePin(CertificatePin shown)
    {
        if (options.Pins.Contains(shown))
        {
            NetLog.CertificatePinned(log, server, shown);
            return true;
        }
        _verdict = new Failure(
            Cause.CertificatePin, $"{server} shows the SHA-256 fingerprint {shown}, pinned is {string.Join(" or ", options.Pins.Take(MaxPinsNamed))}");
        return false;
    }

    private IReadOnlyList<Failure> JudgeSafely(X509Certificate2 leaf, X509Certificate2Collection presented)
    {
        try
        {
            return judge.Judge(leaf, presented);
        }
        catch (CryptographicException exception)
        {
            return [new Failure(Cause.CertificateInvalid, PrintableText.From(exception.Message))];
        }
    }
}
