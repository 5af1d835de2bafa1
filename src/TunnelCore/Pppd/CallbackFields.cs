using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;

namespace TunnelCore.Pppd;

/// <summary>Reads the fields of a message in order; a missing byte makes everything after it fail.</summary>
internal ref struct CallbackFields(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    public bool Failed { get; private set; }

    /// <summary>Everything was there and nothing is left over.</summary>
    public readonly bool Complete => !Failed && _rest.IsEmpty;

    public uint U32() => MemoryMarshal.Read<uint>(Take(sizeof(uint)));

    /// <summary>u16 length and that many bytes, at most <paramref name="max"/>.</summary>
    public ReadOnlySpan<byte> Bytes(int max)
    {
        int length = MemoryMarshal.Read<ushort>(Take(sizeof(ushort)));
        if (length > max || length > _rest.Length)
        {
            Failed = true;
            return default;
        }

        return Failed ? default : Take(length);
    }

    public string Text(int max) => Encoding.UTF8.GetString(Bytes(max));

    public IPAddress Address() => new(Take(4));

    public ulong InterfaceId() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (Failed || count > _rest.Length)
        {
            Failed = true;
            return s_zero.AsSpan(0, Math.Min(count, s_zero.Length));
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    private static readonly byte[] s_zero = new byte[8];
}
