using System.Buffers;

namespace TestServers.Ppp;

/// <summary>
/// The byte stream of an asynchronous line to PPP frames, built directly in a <see cref="PacketBatch"/>.
/// A frame may be split at any byte, an escape included; frames with a bad FCS, too short or too long are dropped.
/// </summary>
internal sealed class HdlcDecoder(IPppFrameFilter filter)
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create(0x7d, 0x7e);
    private readonly byte[] _partial = new byte[PacketBatch.MaxFrame + 2];
    private int _length;
    private bool _escape;
    private bool _overflow;

    /// <summary>Decodes until the batch has no room; returns the number of input bytes used.</summary>
    public int Decode(ReadOnlySpan<byte> input, PacketBatch batch)
    {
        int at = 0;
        while (at < input.Length && batch.HasRoom)
        {
            if (_escape)
            {
                _escape = false;
                if (input[at] != 0x7e)
                {
                    Append([(byte)(input[at++] ^ 0x20)]);
                    continue;
                }
                _overflow = true;
            }
            ReadOnlySpan<byte> rest = input[at..];
            int plain = rest.IndexOfAny(s_special);
            Append(plain < 0 ? rest : rest[..plain]);
            if (plain < 0)
            {
                return input.Length;
            }
            at += plain + 1;
            if (rest[plain] == 0x7d)
            {
                _escape = true;
            }
            else
            {
                EndFrame(batch);
            }
        }
        return at;
    }

    private void Append(ReadOnlySpan<byte> data)
    {
        if (data.Length > _partial.Length - _length)
        {
            _overflow = true;
            return;
        }
        data.CopyTo(_partial.AsSpan(_length));
        _length += data.Length;
    }

    private void EndFrame(PacketBatch batch)
    {
        Span<byte> frame = _partial.AsSpan(0, _length);
        if (!_overflow && _length >= 4 && Fcs16.Update(Fcs16.Initial, frame) == Fcs16.Good && filter.Accept(frame[..^2]))
        {
            frame[..^2].CopyTo(batch.Space);
            batch.Commit(_length - 2);
        }
        _length = 0;
        _overflow = false;
    }
}
