namespace Tmds.DBus.Protocol;

/// <summary>
/// Reads values from the body of a message, in the order of its signature. Every read checks length, alignment padding (zero) and
/// the value itself; anything wrong is a <see cref="DBusReadException"/>.
/// </summary>
public ref partial struct Reader
{
    private readonly ReadOnlySpan<byte> _data;
    private readonly bool _isBigEndian;
    private int _position;

    /// <param name="isBigEndian">The byte order of the message.</param>
    /// <param name="data">Bytes that begin at a multiple of eight of the message: a whole message or a whole body.</param>
    internal Reader(bool isBigEndian, ReadOnlySpan<byte> data)
    {
        _isBigEndian = isBigEndian;
        _data = data;
        _position = 0;
    }

    internal readonly int Position => _position;

    internal readonly bool IsAtEnd => _position == _data.Length;

    /// <summary>Moves to the start of a struct. Not needed for array elements: <see cref="HasNext"/> has done it.</summary>
    public void AlignStruct() => AlignTo(8);

    /// <summary>Reads the length of an array and moves to its first element.</summary>
    public ArrayEnd ReadArrayStart(DBusType elementType) => ReadArrayStart(ProtocolLimits.AlignmentOf((char)elementType));

    /// <summary>Reads the length of a dictionary (an array of dict entries).</summary>
    public ArrayEnd ReadDictionaryStart() => ReadArrayStart(DBusType.DictEntry);

    /// <summary>True and aligned to the next element, or false at the end of the array.</summary>
    public bool HasNext(ArrayEnd iterator)
    {
        if (_position >= iterator.End)
        {
            return _position == iterator.End ? false : throw new DBusReadException("An array element reaches past the end of its array.");
        }

        AlignTo(iterator.Alignment);
        return _position < iterator.End
            ? true
            : throw new DBusReadException("An array ends in padding.");
    }

    /// <summary>Skips the elements that are left.</summary>
    public void SkipTo(ArrayEnd end)
    {
        if (_position > end.End)
        {
            throw new DBusReadException("An array element reaches past the end of its array.");
        }

        _position = end.End;
    }

    internal void Seek(int position) => _position = position;

    internal void AlignTo(int alignment)
    {
        int aligned = ProtocolLimits.Align(_position, alignment);
        if (aligned > _data.Length)
        {
            throw Truncated();
        }

        if (_data[_position..aligned].ContainsAnyExcept((byte)0))
        {
            throw new DBusReadException("Padding is not zero.");
        }

        _position = aligned;
    }

    private ArrayEnd ReadArrayStart(int alignment)
    {
        uint length = ReadUInt32();
        if (length > ProtocolLimits.MaxArrayLength)
        {
            throw new DBusReadException("An array is longer than 64 MiB.");
        }

        AlignTo(alignment);
        if (length > _data.Length - _position)
        {
            throw Truncated();
        }

        return new ArrayEnd(_position + (int)length, alignment);
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _data.Length - _position)
        {
            throw Truncated();
        }

        ReadOnlySpan<byte> span = _data.Slice(_position, length);
        _position += length;
        return span;
    }

    private static DBusReadException Truncated() => new("The message ends inside a value.");
}
