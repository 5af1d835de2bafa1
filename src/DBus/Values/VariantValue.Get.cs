namespace Tmds.DBus.Protocol;

public readonly partial struct VariantValue
{
    /// <summary>The value inside a value of type Variant.</summary>
    /// <exception cref="InvalidOperationException">The value is of another type; so for all of these.</exception>
    public VariantValue GetVariantValue() => Get<VariantValue>(VariantValueType.Variant);

    public byte GetByte() => Get<byte>(VariantValueType.Byte);

    public bool GetBool() => Get<bool>(VariantValueType.Bool);

    public short GetInt16() => Get<short>(VariantValueType.Int16);

    public ushort GetUInt16() => Get<ushort>(VariantValueType.UInt16);

    public int GetInt32() => Get<int>(VariantValueType.Int32);

    public uint GetUInt32() => Get<uint>(VariantValueType.UInt32);

    public long GetInt64() => Get<long>(VariantValueType.Int64);

    public ulong GetUInt64() => Get<ulong>(VariantValueType.UInt64);

    public double GetDouble() => Get<double>(VariantValueType.Double);

    public string GetString() => Get<string>(VariantValueType.String);

    public ObjectPath GetObjectPath() => Get<ObjectPath>(VariantValueType.ObjectPath);

    public Signature GetSignature() => Get<Signature>(VariantValueType.Signature);

    public string GetObjectPathAsString() => GetObjectPath();

    /// <summary>The elements of an array of a basic type or of values. Don't change the result: it may be the array itself.</summary>
    public T[] GetArray<T>()
        where T : notnull
    {
        EnsureType(VariantValueType.Array);
        if (typeof(T) != typeof(VariantValue))
        {
            EnsureSame(TypeNames.Of<T>(), _signature.AsSpan(1));
            if (_data is not VariantValue[])
            {
                return (T[])_data!;
            }
        }

        var items = new T[Count];
        for (int i = 0; i < items.Length; i++)
        {
            items[i] = GetItem(i).As<T>();
        }

        return items;
    }

    /// <summary>A copy of the dictionary. <see cref="VariantValue"/> fits every type of value.</summary>
    public Dictionary<TKey, TValue> GetDictionary<TKey, TValue>()
        where TKey : notnull
        where TValue : notnull
    {
        EnsureType(VariantValueType.Dictionary);
        if (typeof(TKey) != typeof(VariantValue))
        {
            EnsureSame(TypeNames.Of<TKey>(), _signature.AsSpan(2, 1));
        }

        if (typeof(TValue) != typeof(VariantValue))
        {
            EnsureSame(TypeNames.Of<TValue>(), _signature.AsSpan()[3..^1]);
        }

        var dictionary = new Dictionary<TKey, TValue>();
        foreach ((VariantValue key, VariantValue value) in (KeyValuePair<VariantValue, VariantValue>[])_data!)
        {
            dictionary[key.As<TKey>()] = value.As<TValue>();
        }

        return dictionary;
    }

    /// <summary>Element of an array or field of a struct.</summary>
    public VariantValue GetItem(int i)
    {
        if (Type != VariantValueType.Struct)
        {
            EnsureType(VariantValueType.Array);
        }

        return _data is VariantValue[] items ? items[i] : GetBasicItem(i);
    }

    public KeyValuePair<VariantValue, VariantValue> GetDictionaryEntry(int i)
    {
        EnsureType(VariantValueType.Dictionary);
        return ((KeyValuePair<VariantValue, VariantValue>[])_data!)[i];
    }

    private VariantValue GetBasicItem(int i) => ItemType switch
    {
        VariantValueType.Byte => ((byte[])_data!)[i],
        VariantValueType.Bool => ((bool[])_data!)[i],
        VariantValueType.Int16 => ((short[])_data!)[i],
        VariantValueType.UInt16 => ((ushort[])_data!)[i],
        VariantValueType.Int32 => ((int[])_data!)[i],
        VariantValueType.UInt32 => ((uint[])_data!)[i],
        VariantValueType.Int64 => ((long[])_data!)[i],
        VariantValueType.UInt64 => ((ulong[])_data!)[i],
        VariantValueType.Double => ((double[])_data!)[i],
        VariantValueType.String => ((string[])_data!)[i],
        VariantValueType.ObjectPath => ((ObjectPath[])_data!)[i],
        _ => ((Signature[])_data!)[i],
    };

    private T As<T>() => typeof(T) == typeof(VariantValue) ? (T)(object)this : (T)_data!;

    private T Get<T>(VariantValueType type)
    {
        EnsureType(type);
        return (T)_data!;
    }

    private void EnsureType(VariantValueType type)
    {
        if (Type != type)
        {
            throw new InvalidOperationException($"The value is of type {Type}, not {type}.");
        }
    }

    private static void EnsureSame(string wanted, ReadOnlySpan<char> actual)
    {
        if (wanted.Length != 1 || !actual.SequenceEqual(wanted))
        {
            throw new InvalidOperationException($"The elements are of type '{actual}', not '{wanted}'.");
        }
    }
}
