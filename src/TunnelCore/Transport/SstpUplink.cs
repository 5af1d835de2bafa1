using TunnelCore.Buffers;
using TunnelCore.Sstp;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Transport;

/// <summary>
/// Packs PPP frames into SSTP data packets, in place, and many of them into one TLS write. Belongs to one thread; owns its batch.
/// </summary>
internal sealed class SstpUplink(SstpWriter writer, FrameFilter filter) : IFrameSink
{
    /// <summary>Plaintext of one full TLS record.</summary>
    public const int BatchSize = 16 * 1024;

    private readonly byte[] _batch = new byte[BatchSize];
    private int _committed;
    private int _reserved;

    public Span<byte> Reserve(int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxLength, SstpPacketHeader.MaxFrame);
        if (_committed + SstpPacketHeader.Size + maxLength > BatchSize)
        {
            Flush();
        }
        _reserved = maxLength;
        return _batch.AsSpan(_committed + SstpPacketHeader.Size, maxLength);
    }

    public void Commit(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _reserved);
        _reserved = 0;
        if (!filter.Passes(_batch.AsSpan(_committed + SstpPacketHeader.Size, length)))
        {
            return;
        }
        int packet = SstpPacketHeader.Size + length;
        new SstpPacketHeader(false, packet).Write(_batch.AsSpan(_committed));
        _committed += packet;
    }

    public void Flush()
    {
        if (_committed == 0)
        {
            return;
        }
        // Nothing follows a goodbye.
        if (filter.Gate != FrameGate.Closed)
        {
            writer.Write(_batch.AsSpan(0, _committed));
        }
        _committed = 0;
    }
}
