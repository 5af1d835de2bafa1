using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>Decides whether a server's certificate is good: chain, time, usage, revocation lists, name; in this order.</summary>
/// <param name="anchors">What chains may lead to.</param>
/// <param name="revocations">Lists to consult, or null.</param>
/// <param name="wanted">Host name in A-labels or address literal that the certificate has to carry.</param>
/// <param name="time">Clock.</param>
internal sealed partial class CertificateJudge(TrustAnchors anchors, RevocationLists? revocations, string wanted, TimeProvider time)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string AnyExtendedKeyUsage = "2.5.29.37.0";

    /// <summary>A file with more is a bundle, and its first ones tell.</summary>
    private const int MaxAnchorsCompared = 16;

    private const X509ChainStatusFlags NotAnchored = X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain;

    /// <summary>What has its own words, or was not asked for.</summary>
    private const X509ChainStatusFlags HandledFlags = NotAnchored | X509ChainStatusFlags.NotTimeValid | X509ChainStatusFlags.CtlNotTimeValid
        | X509ChainStatusFlags.NotValidForUsage | X509ChainStatusFlags.RevocationStatusUnknown | X509ChainStatusFlags.OfflineRevocation;

    /// <summary>Every reason against the certificate, the most telling first; empty = good.</summary>
    /// <param name="leaf">What the server showed.</param>
    /// <param name="presented">The other certificates that it sent.</param>
    public IReadOnlyList<Failure> Judge(X509Certificate2 leaf, X509Certificate2Collection presented)
    {
        List<Failure> reasons = [];
        ChainReport report = FindChain(leaf, presented);
        if (!report.Anchored)
        {
            reasons.Add(DescribeUntrusted(leaf, report));
        }
        DateTimeOffset now = time.GetUtcNow();
        reasons.AddRange(report.Links.Select((link, depth) => DescribeTime(link.Certificate, depth, now)).OfType<Failure>());
        if (DescribeUsage(leaf, report) is { } usage)
        {
            reasons.Add(usage);
        }
        reasons.AddRange(report.Links.Select((link, depth) => DescribeOther(link, depth)).OfType<Failure>());
        if (reasons.Count == 0 && (report.Whole & ~HandledFlags) is not X509ChainStatusFlags.NoError and var rest)
        {
            reasons.Add(new Failure(Cause.CertificateInvalid, $"chain: {rest}"));
        }
        if (revocations?.Check(report.Links, now) is { } revoked)
        {
            reasons.Add(revoked);
        }
        if (!NameMatcher.Matches(leaf, wanted))
        {
            reasons.Add(DescribeName(leaf));
        }
        return reasons;
    }

    /// <summary>The user's own issuers first: they are few, and a chain need not reach a root there.</summary>
    private ChainReport FindChain(X509Certificate2 leaf, X509Certificate2Collection presented)
    {
        ChainReport? own = anchors.Own.Count > 0 || !anchors.UseSystem ? Build(leaf, presented, system: false) : null;
        if (own is { Anchored: true } || !anchors.UseSystem)
        {
            return own!;
        }
        ChainReport system = Build(leaf, presented, system: true);
        if (own is null || (system.Anchored && (anchors.IsAdded || NamesPublicAuthority())))
        {
            return system;
        }
        return own with { IsTrustedElsewhere = system.Anchored };
    }

    /// <summary>The user's file holds what the system trusts anyhow: whoever wrote it wanted a public server's certificate checked.</summary>
    private bool NamesPublicAuthority() => anchors.Own.Take(MaxAnchorsCompared).Any(anchor => Build(anchor, [], system: true).Anchored);

    private ChainReport Build(X509Certificate2 leaf, X509Certificate2Collection presented, bool system)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = time.GetUtcNow().LocalDateTime;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ExtraStore.AddRange(presented);
        if ((system ? anchors.StandIn : anchors.Own) is { } store)
        {
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.AddRange(store);
            chain.ChainPolicy.ExtraStore.AddRange(store);
        }
        _ = chain.Build(leaf);
        List<ChainLink> links = [];
        foreach (X509ChainElement element in chain.ChainElements)
        {
            X509ChainStatusFlags status = X509ChainStatusFlags.NoError;
            foreach (X509ChainStatus one in element.ChainElementStatus)
            {
                status |= one.Status;
            }
            links.Add(new ChainLink(X509CertificateLoader.LoadCertificate(element.Certificate.RawDataMemory.Span), status));
            // What lies above a certificate that the user trusts does not matter.
            if (!system && anchors.Contains(element.Certificate))
            {
                return new ChainReport(links, Anchored: true);
            }
        }
        X509ChainStatusFlags whole = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (flags, one) => flags | one.Status);
        return new ChainReport(links, Anchored: system && links.Count > 0 && (whole & NotAnchored) == 0, whole);
    }
}
