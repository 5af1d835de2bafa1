namespace Tmds.DBus.Protocol;

public ref partial struct Reader
{
    /// <summary>Reads <c>a{sv}</c>. Of a key that occurs twice the last value counts.</summary>
    public Dictionary<string, VariantValue> ReadDictionaryOfStringToVariantValue()
    {
        var dictionary = new Dictionary<string, VariantValue>();
        ArrayEnd end = ReadDictionaryStart();
        while (HasNext(end))
        {
            string key = ReadString();
            dictionary[key] = ReadVariantValue();
        }

        return dictionary;
    }

    /// <summary>Reads <c>v</c>. The result is the inner value; a variant in a variant is a value of type Variant.</summary>
    public VariantValue ReadVariantValue() => ReadVariant(0);

    private VariantValue ReadVariant(int depth)
    {
        string type = ReadVariantType(depth);
        return ReadValue(type, depth + 1);
    }

    private string ReadVariantType(int depth)
    {
        CheckDepth(depth);
        string type = ReadSignatureAsString();
        return SignatureGrammar.IsSingle(type) ? type : throw new DBusReadException("A variant does not hold exactly one type.");
    }

    private static void CheckDepth(int depth)
    {
        if (depth >= ProtocolLimits.MaxTotalDepth)
        {
            throw new DBusReadException("Values are nested too deep.");
        }
    }

    private VariantValue ReadValue(string type, int depth) => type[0] switch
    {
        'y' => ReadByte(),
        'b' => ReadBool(),
        'n' => ReadInt16(),
        'q' => ReadUInt16(),
        'i' => ReadInt32(),
        'u' => ReadUInt32(),
        'x' => ReadInt64(),
        't' => ReadUInt64(),
        'd' => ReadDouble(),
        's' => ReadString(),
        'o' => ReadObjectPath(),
        'g' => ReadSignature(),
        'v' => VariantValue.Variant(ReadVariant(depth)),
        '(' => ReadStruct(type, depth),
        'a' when type[1] == '{' => ReadDictionary(type, depth),
        'a' => ReadArray(type, depth),
        _ => throw new DBusReadException("File descriptors are not supported."),
    };

    /// <summary>An element of a container: where the container declares <c>v</c>, the inner value stands for itself.</summary>
    private VariantValue ReadElement(string declared, int depth) => declared == "v" ? ReadVariant(depth) : ReadValue(declared, depth);

    private VariantValue ReadArray(string type, int depth)
    {
        CheckDepth(depth);
        switch (type)
        {
            case "ay": return VariantValue.Array(ReadArrayOfByte());
            case "ab": return VariantValue.Array(ReadArrayOfBool());
            case "an": return VariantValue.Array(ReadArrayOfInt16());
            case "aq": return VariantValue.Array(ReadArrayOfUInt16());
            case "ai": return VariantValue.Array(ReadArrayOfInt32());
            case "au": return VariantValue.Array(ReadArrayOfUInt32());
            case "ax": return VariantValue.Array(ReadArrayOfInt64());
            case "at": return VariantValue.Array(ReadArrayOfUInt64());
            case "ad": return VariantValue.Array(ReadArrayOfDouble());
            case "as": return VariantValue.Array(ReadArrayOfString());
            case "ao": return VariantValue.Array(ReadArrayOfObjectPath());
            case "ag": return VariantValue.Array(ReadArrayOfSignature());
        }

        string itemType = type[1..];
        List<VariantValue> items = [];
        ArrayEnd end = ReadArrayStart((DBusType)itemType[0]);
        while (HasNext(end))
        {
            items.Add(ReadElement(itemType, depth + 1));
        }

        return VariantValue.Trusted(type, items.ToArray());
    }

    private VariantValue ReadDictionary(string type, int depth)
    {
        CheckDepth(depth + 1);
        string keyType = type[2..3];
        string valueType = type[3..^1];
        List<KeyValuePair<VariantValue, VariantValue>> items = [];
        ArrayEnd end = ReadDictionaryStart();
        while (HasNext(end))
        {
            VariantValue key = ReadValue(keyType, depth + 2);
            items.Add(new(key, ReadElement(valueType, depth + 2)));
        }

        return VariantValue.Trusted(type, items.ToArray());
    }

    private VariantValue ReadStruct(string type, int depth)
    {
        CheckDepth(depth);
        AlignStruct();
        List<VariantValue> fields = [];
        ReadOnlySpan<char> rest = type.AsSpan(1, type.Length - 2);
        while (!rest.IsEmpty)
        {
            string field = SignatureGrammar.FirstType(rest).ToString();
            fields.Add(ReadElement(field, depth + 1));
            rest = rest[field.Length..];
        }

        return VariantValue.Trusted(type, fields.ToArray());
    }
}
