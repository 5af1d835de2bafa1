using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Tmds.DBus.Protocol;

public ref partial struct Reader
{
    private delegate T ElementReader<T>(ref Reader reader);

    public byte[] ReadArrayOfByte() => ReadNumbers<byte>(1);

    public bool[] ReadArrayOfBool() => ReadElements(DBusType.Bool, static (ref r) => r.ReadBool());

    public short[] ReadArrayOfInt16() => ReadNumbers<short>(2);

    public ushort[] ReadArrayOfUInt16() => ReadNumbers<ushort>(2);

    public int[] ReadArrayOfInt32() => ReadNumbers<int>(4);

    public uint[] ReadArrayOfUInt32() => ReadNumbers<uint>(4);

    public long[] ReadArrayOfInt64() => ReadNumbers<long>(8);

    public ulong[] ReadArrayOfUInt64() => ReadNumbers<ulong>(8);

    public double[] ReadArrayOfDouble() => ReadNumbers<double>(8);

    public string[] ReadArrayOfString() => ReadElements(DBusType.String, static (ref r) => r.ReadString());

    public ObjectPath[] ReadArrayOfObjectPath() => ReadElements(DBusType.ObjectPath, static (ref r) => r.ReadObjectPath());

    public Signature[] ReadArrayOfSignature() => ReadElements(DBusType.Signature, static (ref r) => r.ReadSignature());

    /// <summary>Reads <c>av</c>.</summary>
    public VariantValue[] ReadArrayOfVariantValue() => ReadElements(DBusType.Variant, static (ref r) => r.ReadVariantValue());

    private T[] ReadElements<T>(DBusType type, ElementReader<T> read)
    {
        List<T> items = [];
        ArrayEnd end = ReadArrayStart(type);
        while (HasNext(end))
        {
            items.Add(read(ref this));
        }

        return [.. items];
    }

    private T[] ReadNumbers<T>(int size)
        where T : unmanaged
    {
        ArrayEnd end = ReadArrayStart(size);
        int length = end.End - _position;
        if (length % size != 0)
        {
            throw new DBusReadException("An array's length is not a multiple of its element's.");
        }

        var items = new T[length / size];
        Span<byte> bytes = MemoryMarshal.AsBytes(items.AsSpan());
        Take(length).CopyTo(bytes);
        if (_isBigEndian == BitConverter.IsLittleEndian)
        {
            Reverse(bytes, size);
        }

        return items;
    }

    private static void Reverse(Span<byte> bytes, int size)
    {
        switch (size)
        {
            case 2:
                Span<ushort> shorts = MemoryMarshal.Cast<byte, ushort>(bytes);
                BinaryPrimitives.ReverseEndianness(shorts, shorts);
                break;
            case 4:
                Span<uint> ints = MemoryMarshal.Cast<byte, uint>(bytes);
                BinaryPrimitives.ReverseEndianness(ints, ints);
                break;
            case 8:
                Span<ulong> longs = MemoryMarshal.Cast<byte, ulong>(bytes);
                BinaryPrimitives.ReverseEndianness(longs, longs);
                break;
        }
    }
}
