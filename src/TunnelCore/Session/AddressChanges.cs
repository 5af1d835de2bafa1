using System.Net.NetworkInformation;

namespace TunnelCore.Session;

/// <summary>The platform's "an address of some interface has changed", for watchers that come and go.</summary>
/// <remarks>
/// Subscribed once and never given back: <see cref="NetworkChange"/> closes its netlink socket with the last handler, holding the
/// lock that a notification arriving at that moment waits for, and the closing waits for that notification. Addresses change just
/// when tunnels go down, so that dead end is real: the process would hang in its goodbye.
/// </remarks>
public static class AddressChanges
{
    private static readonly Lock s_lock = new();
    private static bool s_subscribed;
    private static Action[] s_watchers = [];

    /// <summary>Calls <paramref name="watcher"/> on some thread after each change, until <see cref="Remove"/>; it must not block.</summary>
    public static void Add(Action watcher)
    {
        lock (s_lock)
        {
            s_watchers = [.. s_watchers, watcher];
            if (s_subscribed)
            {
                return;
            }

            s_subscribed = true;
        }

        // Outside the lock: the platform calls back under a lock of its own.
        NetworkChange.NetworkAddressChanged += static (_, _) => Notify();
    }

    /// <summary>A call that is under way may still come.</summary>
    public static void Remove(Action watcher)
    {
        lock (s_lock)
        {
            s_watchers = [.. s_watchers.Where(other => other != watcher)];
        }
    }

    private static void Notify()
    {
        foreach (Action watcher in Volatile.Read(ref s_watchers))
        {
            watcher();
        }
    }
}
