using TunnelCli.Running;
using TunnelCore.Diagnostics;

namespace TunnelCli.Sstpc;

/// <summary>Exit statuses of sstpc: 0, 254 for a certificate, 255 for everything else.</summary>
internal static class SstpcExit
{
    public const int Ok = 0;
    public const int CertificateRefused = 254;
    public const int Failed = 255;

    /// <summary>A signal is a wish; and a pppd that ends when the tunnel is up was told to.</summary>
    public static int Of(TunnelEnd end) => end switch
    {
        { Signal: not null } or { Failure.Cause: Cause.Cancelled } => Ok,
        { WasAuthenticated: true, Failure.Cause: Cause.PeerEnded or Cause.SstpDisconnected } => Ok,
        { Failure.Info.ExitStatus: CertificateRefused } => CertificateRefused,
        { Failure.Cause: Cause.PeerEnded } => Failed,
        var other => other.Failure.Info.ExitStatus == Ok ? Ok : Failed,
    };
}
