namespace Fuzz;

/// <summary>The table of everything that reads bytes from outside.</summary>
internal static class Targets
{
    public static FuzzTarget[] All { get; } =
    [
        .. SstpTargets.All,
        .. PptpTargets.All,
        .. PppTargets.All,
        .. NetTargets.All,
        .. PluginTargets.All,
#if OWN_DBUS
        .. DBusTargets.All,
#endif
    ];
}
