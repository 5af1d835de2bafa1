using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>Everything that pppd's command line is made of.</summary>
/// <param name="Options">What the profile wants.</param>
/// <param name="Device">Slave side of the pty; null = pppd asks us for its line.</param>
/// <param name="Plugin">Absolute path of our plugin.</param>
/// <param name="Socket">Path of the callback socket.</param>
/// <param name="DefaultMtu">mtu where the profile has none; null = no option.</param>
/// <param name="LimitServer">mru as mtu.</param>
internal sealed record PppdOptionSource(PppOptions Options, string? Device, string Plugin, string Socket, int? DefaultMtu, bool LimitServer = false)
{
    /// <summary>A login with a certificate; null = with a password.</summary>
    public PppdCertificate? Certificate { get; init; }

    /// <summary>pppd compares the EAP server's name and key usage as the profile says (from 2.5 on).</summary>
    public bool CanVerifyPeer { get; init; }

    /// <summary>pppd's mtu; null = no option.</summary>
    public int? Mtu => Options.Mtu ?? DefaultMtu;
}
