namespace Tmds.DBus.Protocol;

/// <summary>
/// A D-Bus value with its type. Where a container declares its elements as variants (<c>a{sv}</c>, <c>av</c>), the elements are the
/// inner values and the container's <see cref="ItemType"/> or <see cref="ValueType"/> says Variant.
/// </summary>
public readonly partial struct VariantValue
{
    /// <summary>
    /// A boxed basic value; a typed array for an array of a basic type; <see cref="VariantValue"/>[] for other arrays and structs;
    /// pairs for a dictionary; the boxed inner value for a variant.
    /// </summary>
    private readonly object? _data;
    private readonly string? _signature;

    private VariantValue(string signature, object data)
    {
        _signature = signature;
        _data = data;
    }

    public VariantValueType Type => TypeOf(_signature);

    /// <summary>Of an array, the type of its elements; else Invalid.</summary>
    public VariantValueType ItemType => Type == VariantValueType.Array ? TypeOf(_signature.AsSpan(1)) : VariantValueType.Invalid;

    /// <summary>Of a dictionary, the type of its keys; else Invalid.</summary>
    public VariantValueType KeyType => Type == VariantValueType.Dictionary ? TypeOf(_signature.AsSpan(2)) : VariantValueType.Invalid;

    /// <summary>Of a dictionary, the type of its values; else Invalid.</summary>
    public VariantValueType ValueType => Type == VariantValueType.Dictionary ? TypeOf(_signature.AsSpan(3)) : VariantValueType.Invalid;

    /// <summary>Elements of an array or dictionary, fields of a struct, -1 for everything else.</summary>
    public int Count => Type is VariantValueType.Array or VariantValueType.Struct or VariantValueType.Dictionary ? ((Array)_data!).Length : -1;

    internal object? Data => _data;

    /// <summary>A container read from a checked message: its elements are known to match.</summary>
    internal static VariantValue Trusted(string signature, Array items) => new(signature, items);

    internal string SignatureOrThrow() => _signature ?? throw new ArgumentException("The value has no type: it was never set.");

    private static VariantValueType TypeOf(ReadOnlySpan<char> signature) => signature switch
    {
        [] => VariantValueType.Invalid,
        ['a', '{', ..] => VariantValueType.Dictionary,
        _ => (VariantValueType)signature[0],
    };
}
