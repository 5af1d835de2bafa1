namespace NmPlugin.Profile;

/// <summary>The profile's ipv6 setting, as far as IPV6CP is concerned.</summary>
/// <param name="Method">ipv6.method: auto, manual, disabled, ignore, dhcp, link-local, shared.</param>
internal sealed record Ip6Settings(string Method);
