using System.Net;
using System.Runtime.InteropServices;

namespace NmPlugin.IpConfig;

/// <summary>A value in one of the configuration dicts, in the D-Bus types that NetworkManager reads there.</summary>
internal abstract record ConfigValue
{
    private ConfigValue()
    {
    }

    /// <summary>s</summary>
    public sealed record Text(string Value) : ConfigValue;

    /// <summary>u</summary>
    public sealed record Number(uint Value) : ConfigValue;

    /// <summary>b</summary>
    public sealed record Flag(bool Value) : ConfigValue;

    /// <summary>ay</summary>
    public sealed record Bytes(byte[] Value) : ConfigValue;

    /// <summary>au</summary>
    public sealed record Numbers(uint[] Value) : ConfigValue;

    /// <summary>aau</summary>
    public sealed record Rows(uint[][] Value) : ConfigValue;

    /// <summary>IPv4: the four bytes in network order, read as a native integer. IPv6: sixteen bytes.</summary>
    public static ConfigValue Address(IPAddress address) => address.IsIp6
        ? new Bytes(address.GetAddressBytes())
        : new Number(Ip4(address));

    public static uint Ip4(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        return address.TryWriteBytes(bytes, out int length) && length == 4
            ? MemoryMarshal.Read<uint>(bytes)
            : throw new ArgumentException("not an IPv4 address", nameof(address));
    }
}
