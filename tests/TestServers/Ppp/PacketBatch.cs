using System.Buffers.Binary;

namespace TestServers.Ppp;

/// <summary>
/// SSTP data packets packed for one TLS write. A frame is built in place behind its 4-byte header;
/// a frame that turns out to be unusable is dropped again.
/// </summary>
internal sealed class PacketBatch
{
    private const int HeaderSize = 4;
    public const int MaxFrame = 4095 - HeaderSize;
    private readonly byte[] _buffer = new byte[16384];
    private int _used;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(0, _used);

    public bool IsEmpty => _used == 0;

    public bool HasRoom => _buffer.Length - _used >= HeaderSize + MaxFrame + 2;

    /// <summary>Where the next frame may be built (with two bytes for its FCS).</summary>
    public Span<byte> Space => _buffer.AsSpan(_used + HeaderSize, MaxFrame + 2);

    /// <summary>Makes the first <paramref name="length"/> bytes of <see cref="Space"/> a packet.</summary>
    public void Commit(int length)
    {
        Span<byte> header = _buffer.AsSpan(_used, HeaderSize);
        header[0] = 0x10;
        header[1] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], (ushort)(length + HeaderSize));
        _used += length + HeaderSize;
    }

    public void Clear() => _used = 0;
}
