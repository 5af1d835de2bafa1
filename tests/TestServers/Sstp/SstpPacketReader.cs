using System.Buffers.Binary;

namespace TestServers.Sstp;

/// <summary>Cuts a byte stream into SSTP packets. Reserved bits of the length are ignored ([MS-SSTP] 2.2.1).</summary>
internal sealed class SstpPacketReader
{
    private readonly byte[] _buffer = new byte[65536];
    private int _start;
    private int _end;

    /// <summary>Where the next bytes from the stream belong; never empty after <see cref="TryRead"/> said no.</summary>
    public Memory<byte> Space
    {
        get
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                _end -= _start;
                _start = 0;
            }
            return _buffer.AsMemory(_end);
        }
    }

    public void Advance(int count) => _end += count;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Space.Span);
        _end += bytes.Length;
    }

    /// <summary>The next whole packet, valid until the next use of <see cref="Space"/>.</summary>
    /// <exception cref="InvalidDataException">The version or a length is impossible.</exception>
    public bool TryRead(out ReadOnlySpan<byte> packet)
    {
        packet = default;
        ReadOnlySpan<byte> rest = _buffer.AsSpan(_start, _end - _start);
        if (rest.Length < SstpMessage.HeaderSize)
        {
            return false;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]) & 0x0fff;
        bool control = (rest[1] & 1) != 0;
        if (rest[0] != 0x10 || length < (control ? SstpMessage.ControlHeaderSize : SstpMessage.HeaderSize))
        {
            throw new InvalidDataException($"bad SSTP header {Convert.ToHexString(rest[..4])}");
        }
        if (rest.Length < length)
        {
            return false;
        }
        packet = rest[..length];
        _start += length;
        return true;
    }

    public static bool IsControl(ReadOnlySpan<byte> packet) => (packet[1] & 1) != 0;

    public static int ControlType(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet[4..]);
}
