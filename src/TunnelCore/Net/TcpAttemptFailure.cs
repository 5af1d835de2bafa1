using System.Net;
using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>What one address said.</summary>
internal sealed record TcpAttemptFailure(IPEndPoint Address, int Errno)
{
    private const int MaxNamed = 6;

    /// <summary>
    /// First row = the cause that tells most: somebody answered, then somebody should have, then the rest. The sentences of the
    /// causes marked here end in the reason themselves.
    /// </summary>
    private static readonly (Cause Cause, string? Said, int[] Errnos)[] s_causes =
    [
        (Cause.TcpRefused, "connection refused", [Interop.Errno.ECONNREFUSED]),
        (Cause.TcpTimeout, "timed out", [Interop.Errno.ETIMEDOUT]),
        (Cause.TcpUnreachable, null, [Interop.Errno.ENETUNREACH, Interop.Errno.EHOSTUNREACH, Interop.Errno.EHOSTDOWN]),
    ];

    /// <summary>One failure for all addresses; each is named with its reason.</summary>
    public static Failure Summarize(IReadOnlyCollection<TcpAttemptFailure> failures)
    {
        if (failures.Count == 0)
        {
            return new Failure(Cause.TcpFailed, "no address to try");
        }
        (Cause cause, string? said, int[] errnos) = Array.Find(s_causes, row => failures.Any(failure => row.Errnos.Contains(failure.Errno)));
        if (errnos is null)
        {
            (cause, errnos) = (Cause.TcpFailed, []);
        }
        IEnumerable<string> others = failures.Where(failure => said is null || !errnos.Contains(failure.Errno))
            .Take(MaxNamed).Select(failure => $"{failure.Address}: {failure.Reason}");
        if (said is null)
        {
            return new Failure(cause, string.Join("; ", others));
        }
        string same = string.Join(", ", failures.Where(failure => errnos.Contains(failure.Errno)).Take(MaxNamed).Select(failure => failure.Address));
        return new Failure(cause, string.Join("; ", others.Append(same)));
    }

    private string Reason
    {
        get
        {
            (Cause _, string? said, int[] _) = Array.Find(s_causes, row => row.Errnos.Contains(Errno));
            if (said is not null)
            {
                return said;
            }
            string text = Marshal.GetPInvokeErrorMessage(Errno);
            return text.Length > 0 ? char.ToLowerInvariant(text[0]) + text[1..] : $"error {Errno}";
        }
    }
}
