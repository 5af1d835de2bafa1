namespace Tmds.DBus.Protocol;

/// <summary>A struct of 2 field(s) that converts to a value.</summary>
public sealed class Struct<T1, T2>(T1 item1, T2 item2) : IVariantValueConvertable
    where T1 : notnull
    where T2 : notnull
{
    public T1 Item1 { get; } = item1;

    public T2 Item2 { get; } = item2;

    public static implicit operator VariantValue(Struct<T1, T2> value) => value.AsVariantValue();

    public VariantValue AsVariantValue() => VariantValue.StructOf(TypeNames.ToField(Item1), TypeNames.ToField(Item2));
}
