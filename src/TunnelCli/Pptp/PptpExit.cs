using TunnelCli.Running;
using TunnelCore.Diagnostics;

namespace TunnelCli.Pptp;

/// <summary>Exit statuses of pptp: 0 once the call was up, 1 before; or one per kind of cause.</summary>
internal static class PptpExit
{
    public const int Ok = 0;
    public const int Failed = 1;

    private static readonly (Cause First, Cause Last, int Status)[] s_extended =
    [
        (Cause.NameNotFound, Cause.NameLookupTimeout, 10),
        (Cause.TcpRefused, Cause.TcpRefused, 11),
        (Cause.TcpTimeout, Cause.TcpFailed, 12),
        (Cause.PptpControlTimeout, Cause.PptpControlTimeout, 13),
        (Cause.PptpRefused, Cause.PptpRefused, 14),
        (Cause.PptpProtocol, Cause.PptpProtocol, 15),
        (Cause.PptpCallRefused, Cause.PptpCallRefused, 16),
        (Cause.PptpCallTimeout, Cause.PptpCallTimeout, 17),
        (Cause.GreSocket, Cause.GreSocket, 18),
        (Cause.GreBlocked, Cause.GreSendFailed, 19),
        (Cause.PeerEnded, Cause.PeerEnded, 20),
        (Cause.ConnectionClosed, Cause.ConnectionBroken, 20),
        (Cause.DeadPeer, Cause.DeadPeer, 21),
        (Cause.AuthenticationFailed, Cause.PeerNotAuthenticated, 30),
        (Cause.LcpTimeout, Cause.LcpFailed, 31),
        (Cause.MppeFailed, Cause.NoMppeModule, 31),
        (Cause.LinkGone, Cause.LinkGone, 32),
        (Cause.NoPppDevice, Cause.NoPppDevice, 33),
        (Cause.EngineMissing, Cause.EngineDied, 33),
        (Cause.LineUnusable, Cause.LineUnusable, 33),
        (Cause.IpcpFailed, Cause.NoAddress, 34),
    ];

    public static int Of(TunnelEnd end, bool isExtended)
    {
        Cause cause = end.Failure.Cause;
        if (end.Signal is not null || cause == Cause.Cancelled)
        {
            return Ok;
        }

        if (isExtended)
        {
            int status = Array.Find(s_extended, row => cause >= row.First && cause <= row.Last).Status;
            return status == 0 ? Failed : status;
        }

        // A server that refuses the login or whose packets never came was of no use, though its call was up.
        bool wasOfUse = end.WasConnected && cause is not (Cause.AuthenticationFailed or Cause.GreBlocked or Cause.GreSendFailed or Cause.InternalError);
        return wasOfUse ? Ok : Failed;
    }
}
