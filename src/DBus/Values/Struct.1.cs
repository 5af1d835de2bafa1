namespace Tmds.DBus.Protocol;

/// <summary>A struct of 1 field(s) that converts to a value.</summary>
public sealed class Struct<T1>(T1 item1) : IVariantValueConvertable
    where T1 : notnull
{
    public T1 Item1 { get; } = item1;

    public static implicit operator VariantValue(Struct<T1> value) => value.AsVariantValue();

    public VariantValue AsVariantValue() => VariantValue.StructOf(TypeNames.ToField(Item1));
}
