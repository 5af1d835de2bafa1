using System.Text;

namespace Tmds.DBus.Protocol;

public readonly partial struct VariantValue
{
    public static implicit operator VariantValue(byte value) => Byte(value);

    public static VariantValue Byte(byte value) => new("y", value);

    public static VariantValue Array(byte[] items) => new("ay", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<byte> items) => new("ay", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(bool value) => Bool(value);

    public static VariantValue Bool(bool value) => new("b", value);

    public static VariantValue Array(bool[] items) => new("ab", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<bool> items) => new("ab", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(short value) => Int16(value);

    public static VariantValue Int16(short value) => new("n", value);

    public static VariantValue Array(short[] items) => new("an", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<short> items) => new("an", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(ushort value) => UInt16(value);

    public static VariantValue UInt16(ushort value) => new("q", value);

    public static VariantValue Array(ushort[] items) => new("aq", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<ushort> items) => new("aq", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(int value) => Int32(value);

    public static VariantValue Int32(int value) => new("i", value);

    public static VariantValue Array(int[] items) => new("ai", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<int> items) => new("ai", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(uint value) => UInt32(value);

    public static VariantValue UInt32(uint value) => new("u", value);

    public static VariantValue Array(uint[] items) => new("au", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<uint> items) => new("au", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(long value) => Int64(value);

    public static VariantValue Int64(long value) => new("x", value);

    public static VariantValue Array(long[] items) => new("ax", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<long> items) => new("ax", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(ulong value) => UInt64(value);

    public static VariantValue UInt64(ulong value) => new("t", value);

    public static VariantValue Array(ulong[] items) => new("at", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<ulong> items) => new("at", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(double value) => Double(value);

    public static VariantValue Double(double value) => new("d", value);

    public static VariantValue Array(double[] items) => new("ad", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<double> items) => new("ad", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(string value) => String(value);

    public static VariantValue String(string value) => new("s", value ?? throw new ArgumentNullException(nameof(value)));

    public static VariantValue Array(string[] items) => new("as", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<string> items) => new("as", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(ObjectPath value) => ObjectPath(value);

    public static VariantValue ObjectPath(ObjectPath value) => new("o", value);

    public static VariantValue Array(ObjectPath[] items) => new("ao", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<ObjectPath> items) => new("ao", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    public static implicit operator VariantValue(Signature value) => Signature(value);

    public static VariantValue Signature(Signature value) => new("g", value);

    public static VariantValue Array(Signature[] items) => new("ag", items ?? throw new ArgumentNullException(nameof(items)));

    public static VariantValue Array(List<Signature> items) => new("ag", items?.ToArray() ?? throw new ArgumentNullException(nameof(items)));

    /// <summary>A value of type Variant: a variant where a value is meant.</summary>
    public static VariantValue Variant(VariantValue value)
    {
        value.SignatureOrThrow();
        return new("v", value);
    }

    /// <summary>Makes <c>av</c>.</summary>
    public static VariantValue ArrayOfVariant(VariantValue[] items) => Array("v"u8, items);

    /// <summary>Makes <c>av</c>.</summary>
    public static VariantValue ArrayOfVariant(List<VariantValue> items) => Array("v"u8, items?.ToArray()!);

    /// <summary>Makes an array of containers or variants.</summary>
    /// <param name="itemSignature">One complete type in ASCII; every item must be of it.</param>
    /// <param name="items">The elements.</param>
    public static VariantValue Array(ReadOnlySpan<byte> itemSignature, VariantValue[] items)
    {
        ArgumentNullException.ThrowIfNull(items);
        string itemType = SingleType(itemSignature, nameof(itemSignature));
        if (SignatureGrammar.IsBasic(itemType[0]))
        {
            throw new ArgumentException("Arrays of a basic type have overloads of their own.", nameof(itemSignature));
        }

        foreach (VariantValue item in items)
        {
            EnsureMatches(itemType, item);
        }

        return new("a" + itemType, items);
    }

    /// <summary>Makes a dictionary.</summary>
    /// <param name="keyType">A basic type.</param>
    /// <param name="valueSignature">One complete type in ASCII; every value must be of it.</param>
    /// <param name="items">The entries.</param>
    public static VariantValue Dictionary(DBusType keyType, ReadOnlySpan<byte> valueSignature, KeyValuePair<VariantValue, VariantValue>[] items)
    {
        ArgumentNullException.ThrowIfNull(items);
        if (!SignatureGrammar.IsBasic((char)keyType))
        {
            throw new ArgumentException("The key of a dictionary is of a basic type.", nameof(keyType));
        }

        string keySignature = ((char)keyType).ToString();
        string valueType = SingleType(valueSignature, nameof(valueSignature));
        foreach ((VariantValue key, VariantValue value) in items)
        {
            EnsureMatches(keySignature, key);
            EnsureMatches(valueType, value);
        }

        return new($"a{{{keySignature}{valueType}}}", items);
    }

    public static VariantValue Struct(VariantValue item1) => StructOf(item1);

    public static VariantValue Struct(VariantValue item1, VariantValue item2) => StructOf(item1, item2);

    public static VariantValue Struct(VariantValue item1, VariantValue item2, VariantValue item3) => StructOf(item1, item2, item3);

    public static VariantValue Struct(VariantValue item1, VariantValue item2, VariantValue item3, VariantValue item4) => StructOf(item1, item2, item3, item4);

    public static VariantValue Struct(VariantValue item1, VariantValue item2, VariantValue item3, VariantValue item4, VariantValue item5) => StructOf(item1, item2, item3, item4, item5);

    public static VariantValue Struct(
        VariantValue item1,
        VariantValue item2,
        VariantValue item3,
        VariantValue item4,
        VariantValue item5,
        VariantValue item6)
        => StructOf(item1, item2, item3, item4, item5, item6);

    public static VariantValue Struct(
        VariantValue item1,
        VariantValue item2,
        VariantValue item3,
        VariantValue item4,
        VariantValue item5,
        VariantValue item6,
        VariantValue item7)
        => StructOf(item1, item2, item3, item4, item5, item6, item7);

    public static VariantValue Struct(
        VariantValue item1,
        VariantValue item2,
        VariantValue item3,
        VariantValue item4,
        VariantValue item5,
        VariantValue item6,
        VariantValue item7,
        VariantValue item8)
        => StructOf(item1, item2, item3, item4, item5, item6, item7, item8);

    public static VariantValue Struct(
        VariantValue item1,
        VariantValue item2,
        VariantValue item3,
        VariantValue item4,
        VariantValue item5,
        VariantValue item6,
        VariantValue item7,
        VariantValue item8,
        VariantValue item9)
        => StructOf(item1, item2, item3, item4, item5, item6, item7, item8, item9);

    public static VariantValue Struct(
        VariantValue item1,
        VariantValue item2,
        VariantValue item3,
        VariantValue item4,
        VariantValue item5,
        VariantValue item6,
        VariantValue item7,
        VariantValue item8,
        VariantValue item9,
        VariantValue item10)
        => StructOf(item1, item2, item3, item4, item5, item6, item7, item8, item9, item10);

    internal static VariantValue StructOf(params VariantValue[] fields)
    {
        var signature = new StringBuilder("(");
        for (int i = 0; i < fields.Length; i++)
        {
            signature.Append(fields[i].SignatureOrThrow());
            if (fields[i].Type == VariantValueType.Variant)
            {
                fields[i] = fields[i].GetVariantValue();
            }
        }

        return new(signature.Append(')').ToString(), fields);
    }

    private static string SingleType(ReadOnlySpan<byte> signature, string parameter)
    {
        string type = Encoding.Latin1.GetString(signature);
        return SignatureGrammar.IsSingle(type) ? type : throw new ArgumentException($"'{type}' is not one complete type.", parameter);
    }

    private static void EnsureMatches(string type, in VariantValue value)
    {
        string actual = value.SignatureOrThrow();
        if (type != "v" && type != actual)
        {
            throw new ArgumentException($"A value of type '{actual}' cannot be an element of type '{type}'.");
        }
    }
}
