namespace TunnelCore.Wire.Pptp;

/// <summary>Cuts the byte stream of a control connection into messages, whatever the segments. Holds one message, 220 bytes, at most.</summary>
internal sealed class PptpMessageReader
{
    private readonly byte[] _buffer = new byte[PptpHeader.MaxLength];
    private int _filled;

    /// <summary>The stream stands in the middle of a message.</summary>
    public bool IsMidMessage => _filled > 0;

    /// <summary>What has come of the message that is not whole or not good.</summary>
    public ReadOnlySpan<byte> Pending => _buffer.AsSpan(0, _filled);

    /// <summary>
    /// Takes bytes from the front of <paramref name="input"/> up to the end of one message. After
    /// <see cref="PptpFraming.NotPptp"/> or <see cref="PptpFraming.BadLength"/> the stream is lost for good.
    /// </summary>
    /// <param name="header">The header, with <see cref="PptpFraming.Message"/>.</param>
    /// <param name="message">The message, or null for one that is to be skipped.</param>
    public PptpFraming Read(ref ReadOnlySpan<byte> input, out PptpHeader header, out PptpMessage? message)
    {
        message = null;
        PptpFraming framing = PptpHeader.Read(Pending, out header);
        while (framing == PptpFraming.Incomplete && !input.IsEmpty)
        {
            int wanted = header.Length > 0 ? header.Length : PptpHeader.Size;
            int taken = Math.Min(wanted - _filled, input.Length);
            input[..taken].CopyTo(_buffer.AsSpan(_filled));
            _filled += taken;
            input = input[taken..];
            framing = PptpHeader.Read(Pending, out header);
        }

        if (framing == PptpFraming.Message)
        {
            message = PptpMessage.Parse(header, Pending);
            _filled = 0;
        }

        return framing;
    }
}
