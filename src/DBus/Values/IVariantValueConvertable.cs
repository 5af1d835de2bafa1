namespace Tmds.DBus.Protocol;

/// <summary>A typed builder that can become a <see cref="VariantValue"/>.</summary>
internal interface IVariantValueConvertable
{
    VariantValue AsVariantValue();
}
