namespace Tmds.DBus.Protocol;

public readonly ref partial struct MessageWriter
{
    /// <summary>Writes <c>v</c>: the signature of the value, then the value.</summary>
    /// <exception cref="ArgumentException">The value is the default one, which has no type.</exception>
    public void WriteVariant(VariantValue value)
    {
        WriteSignature(value.SignatureOrThrow());
        WriteValue(value);
    }

    public void WriteVariantByte(byte value) => WriteVariant(value);

    public void WriteVariantBool(bool value) => WriteVariant(value);

    public void WriteVariantInt16(short value) => WriteVariant(value);

    public void WriteVariantUInt16(ushort value) => WriteVariant(value);

    public void WriteVariantInt32(int value) => WriteVariant(value);

    public void WriteVariantUInt32(uint value) => WriteVariant(value);

    public void WriteVariantInt64(long value) => WriteVariant(value);

    public void WriteVariantUInt64(ulong value) => WriteVariant(value);

    public void WriteVariantDouble(double value) => WriteVariant(value);

    public void WriteVariantString(string value) => WriteVariant(value);

    public void WriteVariantObjectPath(string value) => WriteVariant(VariantValue.ObjectPath(value));

    /// <summary>Writes <c>a{sv}</c>.</summary>
    public void WriteDictionary(Dictionary<string, VariantValue> value) => WriteDictionary((IEnumerable<KeyValuePair<string, VariantValue>>)value);

    /// <summary>Writes <c>a{sv}</c>.</summary>
    public void WriteDictionary(KeyValuePair<string, VariantValue>[] value) => WriteDictionary((IEnumerable<KeyValuePair<string, VariantValue>>)value);

    /// <summary>Writes <c>a{sv}</c>.</summary>
    public void WriteDictionary(IEnumerable<KeyValuePair<string, VariantValue>> value)
    {
        ArgumentNullException.ThrowIfNull(value);
        ArrayStart start = WriteDictionaryStart();
        foreach ((string key, VariantValue item) in value)
        {
            WriteDictionaryEntryStart();
            WriteString(key);
            WriteVariant(item);
        }

        WriteDictionaryEnd(start);
    }

    /// <summary>Writes the value alone, without its signature.</summary>
    private void WriteValue(in VariantValue value)
    {
        object data = value.Data!;
        switch (value.Type)
        {
            case VariantValueType.Byte: WriteByte((byte)data); break;
            case VariantValueType.Bool: WriteBool((bool)data); break;
            case VariantValueType.Int16: WriteInt16((short)data); break;
            case VariantValueType.UInt16: WriteUInt16((ushort)data); break;
            case VariantValueType.Int32: WriteInt32((int)data); break;
            case VariantValueType.UInt32: WriteUInt32((uint)data); break;
            case VariantValueType.Int64: WriteInt64((long)data); break;
            case VariantValueType.UInt64: WriteUInt64((ulong)data); break;
            case VariantValueType.Double: WriteDouble((double)data); break;
            case VariantValueType.String: WriteString((string)data); break;
            case VariantValueType.ObjectPath: WriteObjectPath((ObjectPath)data); break;
            case VariantValueType.Signature: WriteSignature(((Signature)data).ToString()); break;
            case VariantValueType.Variant: WriteVariant((VariantValue)data); break;
            case VariantValueType.Struct: WriteStruct(value); break;
            case VariantValueType.Dictionary: WriteEntries(value); break;
            case VariantValueType.Array: WriteItems(value); break;
        }
    }

    /// <summary>An element of a container: where the container declares <c>v</c>, it is written with its signature.</summary>
    private void WriteElement(bool asVariant, in VariantValue value)
    {
        if (asVariant)
        {
            WriteVariant(value);
        }
        else
        {
            WriteValue(value);
        }
    }

    private void WriteStruct(in VariantValue value)
    {
        WriteStructureStart();
        ReadOnlySpan<char> rest = value.SignatureOrThrow().AsSpan()[1..^1];
        foreach (VariantValue field in (VariantValue[])value.Data!)
        {
            ReadOnlySpan<char> declared = SignatureGrammar.FirstType(rest);
            WriteElement(declared is "v", field);
            rest = rest[declared.Length..];
        }
    }

    private void WriteEntries(in VariantValue value)
    {
        bool asVariant = value.ValueType == VariantValueType.Variant;
        ArrayStart start = WriteDictionaryStart();
        foreach ((VariantValue key, VariantValue item) in (KeyValuePair<VariantValue, VariantValue>[])value.Data!)
        {
            WriteDictionaryEntryStart();
            WriteValue(key);
            WriteElement(asVariant, item);
        }

        WriteDictionaryEnd(start);
    }

    private void WriteItems(in VariantValue value)
    {
        if (value.Data is byte[] bytes)
        {
            WriteArray(bytes);
            return;
        }

        bool asVariant = value.ItemType == VariantValueType.Variant;
        ArrayStart start = WriteArrayStart((DBusType)value.SignatureOrThrow()[1]);
        for (int i = 0; i < value.Count; i++)
        {
            WriteElement(asVariant, value.GetItem(i));
        }

        WriteArrayEnd(start);
    }
}
