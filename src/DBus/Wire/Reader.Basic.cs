using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Tmds.DBus.Protocol;

public ref partial struct Reader
{
    public byte ReadByte() => Take(1)[0];

    public bool ReadBool() => ReadUInt32() switch
    {
        0 => false,
        1 => true,
        _ => throw new DBusReadException("A boolean is neither 0 nor 1."),
    };

    public short ReadInt16() => (short)ReadUInt16();

    public ushort ReadUInt16()
    {
        AlignTo(2);
        ReadOnlySpan<byte> bytes = Take(2);
        return _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public int ReadInt32() => (int)ReadUInt32();

    public uint ReadUInt32()
    {
        AlignTo(4);
        ReadOnlySpan<byte> bytes = Take(4);
        return _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public long ReadInt64() => (long)ReadUInt64();

    public ulong ReadUInt64()
    {
        AlignTo(8);
        ReadOnlySpan<byte> bytes = Take(8);
        return _isBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public double ReadDouble() => BitConverter.UInt64BitsToDouble(ReadUInt64());

    public string ReadString() => Encoding.UTF8.GetString(ReadStringAsSpan());

    /// <summary>The UTF-8 bytes of a string, without its final NUL. The span is valid as long as the message.</summary>
    public ReadOnlySpan<byte> ReadStringAsSpan()
    {
        uint length = ReadUInt32();
        if (length >= (uint)(_data.Length - _position))
        {
            throw Truncated();
        }

        ReadOnlySpan<byte> text = Take((int)length);
        CheckEnd();
        return !text.Contains((byte)0) && Utf8.IsValid(text)
            ? text
            : throw new DBusReadException("A string is not UTF-8 or holds a NUL.");
    }

    public ObjectPath ReadObjectPath() => new(ReadObjectPathAsString());

    public string ReadObjectPathAsString()
    {
        string path = ReadString();
        return NameGrammar.IsObjectPath(path) ? path : throw new DBusReadException("An object path is malformed.");
    }

    public Signature ReadSignature()
    {
        CheckedSignature(out ReadOnlySpan<byte> bytes);
        return new Signature(bytes);
    }

    /// <summary>The ASCII bytes of a signature, without its final NUL. The span is valid as long as the message.</summary>
    public ReadOnlySpan<byte> ReadSignatureAsSpan()
    {
        CheckedSignature(out ReadOnlySpan<byte> bytes);
        return bytes;
    }

    internal string ReadSignatureAsString() => CheckedSignature(out _);

    private string CheckedSignature(out ReadOnlySpan<byte> bytes)
    {
        bytes = Take(ReadByte());
        CheckEnd();
        string signature = Encoding.Latin1.GetString(bytes);
        return SignatureGrammar.IsValid(signature) ? signature : throw new DBusReadException("A signature is malformed.");
    }

    private void CheckEnd()
    {
        if (ReadByte() != 0)
        {
            throw new DBusReadException("A string has no final NUL.");
        }
    }
}
