namespace Tmds.DBus.Protocol;

public readonly ref partial struct MessageWriter
{
    public void WriteArray(byte[] value) => WriteArray(value.AsSpan());

    public void WriteArray(ReadOnlySpan<byte> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.Byte);
        value.CopyTo(_buffer.Append(value.Length));
        WriteArrayEnd(start);
    }

    public void WriteArray(IEnumerable<byte> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(short[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<short> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<short> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.Int16);
        foreach (short item in value)
        {
            WriteInt16(item);
        }

        WriteArrayEnd(start);
    }

    public void WriteArray(ushort[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<ushort> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<ushort> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.UInt16);
        foreach (ushort item in value)
        {
            WriteUInt16(item);
        }

        WriteArrayEnd(start);
    }

    public void WriteArray(int[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<int> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<int> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.Int32);
        foreach (int item in value)
        {
            WriteInt32(item);
        }

        WriteArrayEnd(start);
    }

    public void WriteArray(uint[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<uint> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<uint> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.UInt32);
        foreach (uint item in value)
        {
            WriteUInt32(item);
        }

        WriteArrayEnd(start);
    }

    public void WriteArray(long[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<long> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<long> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.Int64);
        foreach (long item in value)
        {
            WriteInt64(item);
        }

        WriteArrayEnd(start);
    }

    public void WriteArray(ulong[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<ulong> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<ulong> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.UInt64);
        foreach (ulong item in value)
        {
            WriteUInt64(item);
        }

        WriteArrayEnd(start);
    }

    public void WriteArray(double[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<double> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<double> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.Double);
        foreach (double item in value)
        {
            WriteDouble(item);
        }

        WriteArrayEnd(start);
    }

    public void WriteArray(string[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<string> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<string> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.String);
        foreach (string item in value)
        {
            WriteString(item);
        }

        WriteArrayEnd(start);
    }

    public void WriteArray(ObjectPath[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<ObjectPath> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<ObjectPath> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.ObjectPath);
        foreach (ObjectPath item in value)
        {
            WriteObjectPath(item);
        }

        WriteArrayEnd(start);
    }

    public void WriteArray(VariantValue[] value) => WriteArray(value.AsSpan());

    public void WriteArray(IEnumerable<VariantValue> value) => WriteArray(value.ToArray().AsSpan());

    public void WriteArray(ReadOnlySpan<VariantValue> value)
    {
        ArrayStart start = WriteArrayStart(DBusType.Variant);
        foreach (VariantValue item in value)
        {
            WriteVariant(item);
        }

        WriteArrayEnd(start);
    }
}
