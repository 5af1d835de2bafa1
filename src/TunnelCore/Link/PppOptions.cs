using System.Net;

namespace TunnelCore.Link;

/// <summary>What a PPP engine needs to know; engine-neutral. Lists of options follow spec names, not pppd's.</summary>
public sealed record PppOptions
{
    /// <summary>User name as sent without a domain; null when the profile has none.</summary>
    public string? User { get; init; }

    /// <summary>NT domain; credentials are then "domain\user".</summary>
    public string? Domain { get; init; }

    public Secret? Password { get; init; }

    /// <summary>Log in with a certificate (EAP-TLS) instead of user and password; null = with those.</summary>
    public CertificateLogin? Certificate { get; init; }

    /// <summary>pppd's remotename: the gateway as typed.</summary>
    public string? RemoteName { get; init; }

    public AuthenticationMethods Refused { get; init; }

    public MppeRequirement Mppe { get; init; }

    public bool MppeStateful { get; init; }

    public bool NoBsdCompression { get; init; }

    public bool NoDeflate { get; init; }

    public bool NoVjCompression { get; init; }

    /// <summary>Unanswered LCP echos until the peer counts as dead; 0 = never.</summary>
    public int LcpEchoFailure { get; init; }

    /// <summary>Seconds between LCP echos; 0 = none.</summary>
    public int LcpEchoInterval { get; init; }

    /// <summary>Number of the ppp interface; null = first free one.</summary>
    public int? Unit { get; init; }

    /// <summary>Bytes of IP packet; null = engine's default.</summary>
    public int? Mtu { get; init; }

    public Ip4Request Ip4 { get; init; } = Ip4Request.Auto;

    /// <summary>Ask the server for name servers (usepeerdns).</summary>
    public bool RequestDns { get; init; } = true;

    public Ip6Request Ip6 { get; init; } = Ip6Request.Default;

    /// <summary>Handed to pppd's ip-up scripts; the form nm-*-service-* keeps Debian's script off resolv.conf.</summary>
    public string IpParam { get; init; } = "";

    public bool Debug { get; init; }
}
