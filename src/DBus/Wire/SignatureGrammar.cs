namespace Tmds.DBus.Protocol;

/// <summary>The grammar of signatures: length, nesting, no empty structs, dict entries only in arrays and with a basic key.</summary>
internal static class SignatureGrammar
{
    public static bool IsBasic(char c) => c is 'y' or 'b' or 'n' or 'q' or 'i' or 'u' or 'x' or 't' or 'd' or 's' or 'o' or 'g' or 'h';

    /// <summary>Zero or more complete types.</summary>
    public static bool IsValid(ReadOnlySpan<char> signature)
    {
        if (signature.Length > ProtocolLimits.MaxSignatureLength)
        {
            return false;
        }

        int position = 0;
        while (position < signature.Length)
        {
            if (!TryReadType(signature, position, 0, 0, out position))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Exactly one complete type.</summary>
    public static bool IsSingle(ReadOnlySpan<char> signature)
        => signature.Length <= ProtocolLimits.MaxSignatureLength
            && TryReadType(signature, 0, 0, 0, out int end)
            && end == signature.Length;

    /// <summary>The first complete type of a signature that is known to be valid.</summary>
    public static ReadOnlySpan<char> FirstType(ReadOnlySpan<char> signature)
        => TryReadType(signature, 0, 0, 0, out int end)
            ? signature[..end]
            : throw new ArgumentException("Signature is not valid.", nameof(signature));

    private static bool TryReadType(ReadOnlySpan<char> s, int position, int arrays, int structs, out int end)
    {
        end = position;
        if (position >= s.Length)
        {
            return false;
        }

        char c = s[position];
        if (IsBasic(c) || c == 'v')
        {
            end = position + 1;
            return true;
        }

        return c switch
        {
            'a' => arrays < ProtocolLimits.MaxArrayDepth && TryReadArray(s, position + 1, arrays + 1, structs, out end),
            '(' => structs < ProtocolLimits.MaxStructDepth && TryReadStruct(s, position + 1, arrays, structs + 1, out end),
            _ => false,
        };
    }

    private static bool TryReadArray(ReadOnlySpan<char> s, int position, int arrays, int structs, out int end)
    {
        end = position;
        if (position >= s.Length || s[position] != '{')
        {
            return TryReadType(s, position, arrays, structs, out end);
        }

        if (structs >= ProtocolLimits.MaxStructDepth
            || position + 1 >= s.Length
            || !IsBasic(s[position + 1])
            || !TryReadType(s, position + 2, arrays, structs + 1, out int valueEnd)
            || valueEnd >= s.Length
            || s[valueEnd] != '}')
        {
            return false;
        }

        end = valueEnd + 1;
        return true;
    }

    private static bool TryReadStruct(ReadOnlySpan<char> s, int position, int arrays, int structs, out int end)
    {
        end = position;
        int first = position;
        while (position < s.Length && s[position] != ')')
        {
            if (!TryReadType(s, position, arrays, structs, out position))
            {
                return false;
            }
        }

        if (position >= s.Length || position == first)
        {
            return false;
        }

        end = position + 1;
        return true;
    }
}
