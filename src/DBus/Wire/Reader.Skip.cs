namespace Tmds.DBus.Protocol;

public ref partial struct Reader
{
    /// <summary>Reads and checks a whole body; it must end where its signature ends.</summary>
    internal void CheckBody(ReadOnlySpan<char> signature)
    {
        SkipAll(signature, 0);
        if (!IsAtEnd)
        {
            throw new DBusReadException("The body is longer than its signature says.");
        }
    }

    internal void SkipVariant(int depth = 0) => Skip(ReadVariantType(depth), depth + 1);

    private void SkipAll(ReadOnlySpan<char> signature, int depth)
    {
        while (!signature.IsEmpty)
        {
            ReadOnlySpan<char> type = SignatureGrammar.FirstType(signature);
            Skip(type, depth);
            signature = signature[type.Length..];
        }
    }

    private void Skip(ReadOnlySpan<char> type, int depth)
    {
        switch (type[0])
        {
            case 'y': ReadByte(); break;
            case 'b': ReadBool(); break;
            case 'n' or 'q': ReadUInt16(); break;
            case 'i' or 'u' or 'h': ReadUInt32(); break;
            case 'x' or 't' or 'd': ReadUInt64(); break;
            case 's': ReadStringAsSpan(); break;
            case 'o': ReadObjectPathAsString(); break;
            case 'g': ReadSignatureAsSpan(); break;
            case 'v': SkipVariant(depth); break;
            case '(':
                CheckDepth(depth);
                AlignStruct();
                SkipAll(type[1..^1], depth + 1);
                break;
            case 'a': SkipArray(type[1..], depth); break;
        }
    }

    private void SkipArray(ReadOnlySpan<char> item, int depth)
    {
        bool isDictionary = item[0] == '{';
        CheckDepth(isDictionary ? depth + 1 : depth);
        ArrayEnd end = ReadArrayStart((DBusType)item[0]);
        int size = FixedSize(item);
        if (size > 0)
        {
            if ((end.End - _position) % size != 0)
            {
                throw new DBusReadException("An array's length is not a multiple of its element's.");
            }

            SkipTo(end);
            return;
        }

        while (HasNext(end))
        {
            if (isDictionary)
            {
                SkipAll(item[1..^1], depth + 2);
            }
            else
            {
                Skip(item, depth + 1);
            }
        }
    }

    /// <summary>Bytes of a type of which every bit pattern is legal, else 0.</summary>
    private static int FixedSize(ReadOnlySpan<char> type) => type[0] switch
    {
        'y' => 1,
        'n' or 'q' => 2,
        'i' or 'u' or 'h' => 4,
        'x' or 't' or 'd' => 8,
        _ => 0,
    };
}
