using System.Collections.Frozen;
using System.Globalization;
using TunnelCore.Diagnostics;

namespace TunnelCore.Session;

/// <summary>When and how a lost tunnel is made again.</summary>
public static class ReconnectPolicy
{
    private const string PppPrefix = "ppp";

    /// <summary>Seconds before each attempt; the last one stands for all that follow.</summary>
    private static readonly int[] s_delays = [1, 2, 4, 8, 16, 30];

    /// <summary>What the next attempt would only run into again, or must not do again: the profile, this machine, the login.</summary>
    private static readonly FrozenSet<Cause> s_hopeless = FrozenSet.Create(
        Cause.Cancelled,
        Cause.ShuttingDown,
        Cause.InternalError,
        Cause.BadKey,
        Cause.UnknownKey,
        Cause.MissingKey,
        Cause.NotSupported,
        Cause.MissingFile,
        Cause.NotInstalled,
        Cause.NoPassword,
        Cause.KeyPassphrase,
        Cause.ProxyNoCredentials,
        Cause.ProxyCredentialsRefused,
        Cause.ProxyLoginMethod,
        Cause.AuthenticationFailed,
        Cause.AccountRefused,
        Cause.AuthenticationMethod,
        Cause.PeerNotAuthenticated,
        Cause.MppeFailed,
        Cause.NoMppeModule,
        Cause.NoPppDevice,
        Cause.EngineMissing,
        Cause.EngineOptions,
        Cause.GreSocket);

    public static bool IsHopeless(Cause cause) => s_hopeless.Contains(cause);

    /// <summary>The wait before the next attempt: 1, 2, 4, 8, 16 and then 30 s, and up to a quarter more.</summary>
    /// <param name="tries">Attempts so far.</param>
    /// <param name="seed">Spreads the clients of a server that went away under all of them at once.</param>
    public static TimeSpan Delay(int tries, int seed)
    {
        int seconds = s_delays[Math.Clamp(tries, 0, s_delays.Length - 1)];
        int spread = (int)((uint)HashCode(seed, tries) % 251);
        return TimeSpan.FromMilliseconds(seconds * (1000 + spread));
    }

    /// <summary>The same tunnel again; pppd is asked for the interface's old name, unless the profile asks for one.</summary>
    /// <param name="options">As for the first time.</param>
    /// <param name="lost">Name of the interface that is gone.</param>
    public static TunnelOptions Again(TunnelOptions options, string lost)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(lost);
        bool known = lost.StartsWith(PppPrefix, StringComparison.Ordinal)
            & int.TryParse(lost.AsSpan(Math.Min(PppPrefix.Length, lost.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out int unit);
        return known && options.Ppp.Unit is null ? options with { Ppp = options.Ppp with { Unit = unit } } : options;
    }

    /// <summary>The same for the same process in every run, unlike the runtime's.</summary>
    private static int HashCode(int seed, int tries) => unchecked((seed * 31 + tries) * (int)2654435761 >> 7);
}
