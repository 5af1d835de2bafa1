using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Net;
using TunnelCore.Pptp;

namespace TunnelCore.Transport;

/// <summary>
/// Has the kernel carry the packets of one call where it can and may. Says once, in the log, why it does not; where the kernel was
/// demanded, that is a failure.
/// </summary>
internal sealed class KernelCarrier(IKernelPath path, PptpOptions options, ILogger logger) : IDisposable
{
    /// <summary>Call IDs that are tried: one in 65535 is taken for each call of this machine.</summary>
    private const int MaxTries = 8;

    private readonly bool _forced = options.DataPath == PptpDataPath.Kernel;
    private IKernelCall? _call;
    private bool _gaveUp;

    /// <summary>What this machine can do, before anything is sent.</summary>
    public void Look()
    {
        if (!options.KernelMayCarry)
        {
            GiveUp(options.DataPath == PptpDataPath.User ? "data-path=user" : "it cannot put packets in order, and that is set");
        }
        else if (path.WhyNot is { } why)
        {
            GiveUp(why);
        }
    }

    /// <summary>
    /// Our call ID; from here on it is this call's in the kernel, too. Random: behind one address translator, equal call IDs of two
    /// clients clash.
    /// </summary>
    /// <param name="local">Our end of the control connection.</param>
    public ushort ChooseCallId(IPAddress local)
    {
        for (int tries = 0; !_gaveUp; tries++)
        {
            ushort callId = Random();
            _call = path.TryOpen(local, callId, out int errno);
            if (_call is not null)
            {
                return callId;
            }

            if (errno != Errno.EBUSY || tries == MaxTries)
            {
                GiveUp(errno == Errno.EBUSY ? "its call IDs are taken" : Marshal.GetPInvokeErrorMessage(errno));
            }
        }

        return Random();
    }

    /// <summary>The call's reply is here: the next packet may be the server's first.</summary>
    /// <returns>Null when this process has to carry the packets.</returns>
    public IKernelCall? Connect(IPAddress server, ushort serverCallId)
    {
        int errno = _call?.Connect(server, serverCallId) ?? 0;
        if (errno != 0)
        {
            Dispose();
            GiveUp(errno == Errno.EALREADY
                ? $"it has a call with the server's call ID {serverCallId} already"
                : Marshal.GetPInvokeErrorMessage(errno));
        }

        return _call;
    }

    public void Dispose()
    {
        _call?.Dispose();
        _call = null;
    }

    private static ushort Random() => (ushort)RandomNumberGenerator.GetInt32(1, ushort.MaxValue + 1);

    private void GiveUp(string why)
    {
        if (_forced)
        {
            throw new TunnelException(Cause.KernelPptp, why);
        }

        _gaveUp = true;
        logger.PptpUserPath(why);
    }
}
