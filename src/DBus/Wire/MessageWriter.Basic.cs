using System.Text;

namespace Tmds.DBus.Protocol;

public readonly ref partial struct MessageWriter
{
    /// <summary>Lone surrogates are refused, never replaced: what arrives is what was meant.</summary>
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public void WriteByte(byte value) => _buffer.Append(1)[0] = value;

    public void WriteBool(bool value) => WriteUInt32(value ? 1u : 0u);

    public void WriteInt16(short value) => WriteNumber(value, 2);

    public void WriteUInt16(ushort value) => WriteNumber(value, 2);

    public void WriteInt32(int value) => WriteNumber(value, 4);

    public void WriteUInt32(uint value) => WriteNumber(value, 4);

    public void WriteInt64(long value) => WriteNumber(value, 8);

    public void WriteUInt64(ulong value) => WriteNumber(value, 8);

    public void WriteDouble(double value) => WriteNumber(value, 8);

    public void WriteString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        WriteString(value.AsSpan());
    }

    /// <exception cref="ArgumentException">The text holds a lone surrogate.</exception>
    public void WriteString(ReadOnlySpan<char> value)
    {
        int length = StrictUtf8.GetByteCount(value);
        WriteUInt32((uint)length);
        StrictUtf8.GetBytes(value, _buffer.Append(length));
        WriteByte(0);
    }

    /// <param name="value">UTF-8.</param>
    public void WriteString(ReadOnlySpan<byte> value)
    {
        WriteUInt32((uint)value.Length);
        value.CopyTo(_buffer.Append(value.Length));
        WriteByte(0);
    }

    public void WriteObjectPath(string value) => WriteString(value);

    public void WriteObjectPath(ReadOnlySpan<byte> value) => WriteString(value);

    public void WriteSignature(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        WriteSignature(Encoding.UTF8.GetBytes(value));
    }

    public void WriteSignature(ReadOnlySpan<byte> value)
    {
        if (value.Length > ProtocolLimits.MaxSignatureLength)
        {
            throw new ArgumentException("A signature is longer than 255 bytes.", nameof(value));
        }

        WriteByte((byte)value.Length);
        value.CopyTo(_buffer.Append(value.Length));
        WriteByte(0);
    }
}
