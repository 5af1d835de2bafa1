using System.Net;

namespace NmPlugin;

/// <summary>Tells IPv4 from IPv6.</summary>
internal static class IpFamily
{
    extension(IPAddress address)
    {
        public bool IsIp4 => address.GetAddressBytes().Length == 4;

        public bool IsIp6 => !address.IsIp4;
    }
}
