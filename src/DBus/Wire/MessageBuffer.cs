namespace Tmds.DBus.Protocol;

/// <summary>A message that is complete and waits to be sent. Whoever takes it as a parameter owns it from then on.</summary>
public sealed class MessageBuffer
{
    private byte[] _data = new byte[256];

    internal MessageBuffer(uint serial) => Serial = serial;

    internal uint Serial { get; }

    internal int Length { get; set; }

    internal int BodyOffset { get; set; }

    internal bool IsComplete { get; set; }

    /// <summary>Whom a reply must come from; null where anybody may answer.</summary>
    internal string? Destination { get; set; }

    internal ReadOnlyMemory<byte> Memory => _data.AsMemory(0, Length);

    internal Span<byte> At(int offset) => _data.AsSpan(offset, Length - offset);

    /// <summary>Adds room at the end.</summary>
    internal Span<byte> Append(int count)
    {
        if (IsComplete)
        {
            throw new InvalidOperationException("The message has been created, or its writer disposed.");
        }

        if (count > ProtocolLimits.MaxMessageLength - Length)
        {
            throw new InvalidOperationException("A message cannot be longer than 128 MiB.");
        }

        int needed = Length + count;
        if (needed > _data.Length)
        {
            Array.Resize(ref _data, (int)Math.Min(ProtocolLimits.MaxMessageLength, Math.Max(needed, 2L * _data.Length)));
        }

        Span<byte> span = _data.AsSpan(Length, count);
        span.Clear();
        Length = needed;
        return span;
    }
}
