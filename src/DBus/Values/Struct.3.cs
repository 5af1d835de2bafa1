namespace Tmds.DBus.Protocol;

/// <summary>A struct of 3 field(s) that converts to a value.</summary>
public sealed class Struct<T1, T2, T3>(T1 item1, T2 item2, T3 item3) : IVariantValueConvertable
    where T1 : notnull
    where T2 : notnull
    where T3 : notnull
{
    public T1 Item1 { get; } = item1;

    public T2 Item2 { get; } = item2;

    public T3 Item3 { get; } = item3;

    public static implicit operator VariantValue(Struct<T1, T2, T3> value) => value.AsVariantValue();

    public VariantValue AsVariantValue() => VariantValue.StructOf(TypeNames.ToField(Item1), TypeNames.ToField(Item2), TypeNames.ToField(Item3));
}
