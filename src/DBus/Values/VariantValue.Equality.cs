using System.Globalization;
using System.Text;

namespace Tmds.DBus.Protocol;

public readonly partial struct VariantValue : IEquatable<VariantValue>
{
    public static bool operator ==(VariantValue left, VariantValue right) => left.Equals(right);

    public static bool operator !=(VariantValue left, VariantValue right) => !left.Equals(right);

    public bool Equals(VariantValue other)
    {
        if (_signature != other._signature || Count != other.Count)
        {
            return false;
        }

        switch (Type)
        {
            case VariantValueType.Array or VariantValueType.Struct:
                for (int i = 0; i < Count; i++)
                {
                    if (!GetItem(i).Equals(other.GetItem(i)))
                    {
                        return false;
                    }
                }

                return true;
            case VariantValueType.Dictionary:
                for (int i = 0; i < Count; i++)
                {
                    (VariantValue key, VariantValue value) = GetDictionaryEntry(i);
                    (VariantValue otherKey, VariantValue otherValue) = other.GetDictionaryEntry(i);
                    if (!key.Equals(otherKey) || !value.Equals(otherValue))
                    {
                        return false;
                    }
                }

                return true;
            default:
                return Equals(_data, other._data);
        }
    }

    public override bool Equals(object? obj) => obj is VariantValue other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_signature, Count < 0 ? _data : Count);

    /// <summary>The value and, in brackets, its type; of a container its number of elements. For diagnostics only.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{(Count < 0 ? _data : Count)} [{Type}");
        string? inner = Type switch
        {
            VariantValueType.Array => ItemType.ToString(),
            VariantValueType.Dictionary => $"{KeyType}, {ValueType}",
            _ => null,
        };
        return inner is null ? text.Append(']').ToString() : text.Append(CultureInfo.InvariantCulture, $"<{inner}>]").ToString();
    }
}
