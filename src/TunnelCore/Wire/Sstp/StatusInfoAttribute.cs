using System.Buffers.Binary;

namespace TunnelCore.Wire.Sstp;

/// <summary>Status Info (MS-SSTP 2.2.7): why a message was refused, or why the call ends.</summary>
/// <remarks>
/// | Off | Size | Field                                                |
/// | 4   | 3    | reserved                                             |
/// | 7   | 1    | AttribID: the attribute the status is about          |
/// | 8   | 4    | Status                                               |
/// | 12  | n    | AttribValue: the refused value (0..64 bytes)         |
/// sorz' sstp-server sends the status alone (4 bytes after the attribute header): read, never sent.
/// </remarks>
internal sealed record StatusInfoAttribute(SstpAttributeId Subject, SstpStatus Status, ReadOnlyMemory<byte> Value)
    : SstpAttribute(SstpAttributeId.StatusInfo)
{
    public const int BareSize = 4;
    public const int MinSize = 8;

    public StatusInfoAttribute(SstpAttributeId subject, SstpStatus status)
        : this(subject, status, ReadOnlyMemory<byte>.Empty)
    {
    }

    internal StatusInfoAttribute(ReadOnlySpan<byte> value)
        : this(
            value.Length == BareSize ? SstpAttributeId.NoError : (SstpAttributeId)value[3],
            (SstpStatus)BinaryPrimitives.ReadUInt32BigEndian(value.Length == BareSize ? value : value[4..]),
            value.Length > MinSize ? value[MinSize..].ToArray() : ReadOnlyMemory<byte>.Empty)
    {
    }

    protected override int ValueLength => MinSize + Value.Length;

    /// <summary>Number, name and subject, as they belong in a failure's detail.</summary>
    public string Describe()
    {
        string text = $"status {(uint)Status:X}, {SstpNames.Of(Status)}";
        return Subject == SstpAttributeId.NoError ? text : $"{text}, about {SstpNames.Of(Subject)}";
    }

    public bool Equals(StatusInfoAttribute? other) =>
        other is not null && other.Subject == Subject && other.Status == Status && other.Value.Span.SequenceEqual(Value.Span);

    public override int GetHashCode() => HashCode.Combine(Subject, Status, Value.Length);

    protected override void WriteValue(Span<byte> value)
    {
        value[..3].Clear();
        value[3] = (byte)Subject;
        BinaryPrimitives.WriteUInt32BigEndian(value[4..], (uint)Status);
        Value.Span.CopyTo(value[MinSize..]);
    }
}
