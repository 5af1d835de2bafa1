namespace Tmds.DBus.Protocol;

/// <summary>C# type → signature, for the generic builders and getters.</summary>
internal static class TypeNames
{
    private static readonly Dictionary<Type, string> Basic = new()
    {
        [typeof(byte)] = "y",
        [typeof(bool)] = "b",
        [typeof(short)] = "n",
        [typeof(ushort)] = "q",
        [typeof(int)] = "i",
        [typeof(uint)] = "u",
        [typeof(long)] = "x",
        [typeof(ulong)] = "t",
        [typeof(double)] = "d",
        [typeof(string)] = "s",
        [typeof(ObjectPath)] = "o",
        [typeof(Signature)] = "g",
        [typeof(VariantValue)] = "v",
    };

    /// <summary>The signature of a basic type, of <see cref="VariantValue"/> (<c>v</c>) or of a builder.</summary>
    /// <exception cref="NotSupportedException">The type has none.</exception>
    public static string Of<T>() => Of(typeof(T));

    private static string Of(Type type)
    {
        if (Basic.TryGetValue(type, out string? name))
        {
            return name;
        }

        // Asking a type for its own arguments is safe under trimming: nothing is looked up by name, created or invoked.
        Type definition = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        string inner = string.Concat(type.GetGenericArguments().Select(Of));
        return definition switch
        {
            _ when definition == typeof(Array<>) => "a" + inner,
            _ when definition == typeof(Dict<,>) => $"a{{{inner}}}",
            _ when IsStruct(definition) => $"({inner})",
            _ => throw new NotSupportedException($"{type} is no type of a D-Bus value."),
        };
    }

    private static bool IsStruct(Type definition)
        => definition == typeof(Struct<>) || definition == typeof(Struct<,>) || definition == typeof(Struct<,,>) || definition == typeof(Struct<,,,>);

    /// <summary>One element of a builder as a value.</summary>
    public static VariantValue ToValue<T>(T value)
        where T : notnull => value switch
        {
            VariantValue v => v,
            byte v => v,
            bool v => v,
            short v => v,
            ushort v => v,
            int v => v,
            uint v => v,
            long v => v,
            ulong v => v,
            double v => v,
            string v => v,
            ObjectPath v => v,
            Signature v => v,
            IVariantValueConvertable v => v.AsVariantValue(),
            _ => throw new NotSupportedException($"{typeof(T)} is no type of a D-Bus value."),
        };

    /// <summary>One field of a struct: a <see cref="VariantValue"/> is declared as <c>v</c>.</summary>
    public static VariantValue ToField<T>(T value)
        where T : notnull => value is VariantValue v ? VariantValue.Variant(v) : ToValue(value);
}
