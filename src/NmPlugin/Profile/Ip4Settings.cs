using System.Net;

namespace NmPlugin.Profile;

/// <summary>The profile's ipv4 setting, as far as IPCP is concerned.</summary>
/// <param name="Method">ipv4.method: auto, manual, disabled, link-local, shared.</param>
/// <param name="IgnoreAutoDns">ipv4.ignore-auto-dns.</param>
/// <param name="Address">First static address; null when there is none.</param>
/// <param name="Prefix">Its prefix length.</param>
/// <param name="Gateway">Gateway of the static address; null when there is none.</param>
internal sealed record Ip4Settings(string Method, bool IgnoreAutoDns = false, IPAddress? Address = null, int Prefix = 32, IPAddress? Gateway = null);
