using System.Runtime.InteropServices;

namespace Tmds.DBus.Protocol;

/// <summary>
/// Writes one message in the machine's byte order: a header first, then the body in the order of its signature. Make it with
/// <see cref="DBusConnection.GetMessageWriter"/> and dispose it.
/// </summary>
public readonly ref partial struct MessageWriter
{
    private readonly MessageBuffer _buffer;

    internal MessageWriter(uint serial) => _buffer = new MessageBuffer(serial);

    /// <summary>Completes the message. It is checked like a received one, since a bus disconnects who sends a malformed one.</summary>
    /// <exception cref="InvalidOperationException">Header and body are no legal message.</exception>
    public MessageBuffer CreateMessage()
    {
        if (_buffer.IsComplete || _buffer.BodyOffset == 0)
        {
            throw new InvalidOperationException("The message has no header, or has been created already.");
        }

        MemoryMarshal.Write(_buffer.At(4), _buffer.Length - _buffer.BodyOffset);
        try
        {
            Message.Parse(_buffer.Memory.ToArray());
        }
        catch (DBusReadException e)
        {
            throw new InvalidOperationException($"The message is not legal: {e.Message}", e);
        }

        _buffer.IsComplete = true;
        return _buffer;
    }

    /// <summary>Gives up what has not been created.</summary>
    public void Dispose() => _buffer.IsComplete = true;

    public ArrayStart WriteArrayStart(DBusType elementType)
    {
        Align(4);
        int lengthOffset = _buffer.Length;
        _buffer.Append(4);
        Align(ProtocolLimits.AlignmentOf((char)elementType));
        return new ArrayStart(lengthOffset, _buffer.Length);
    }

    public void WriteArrayEnd(ArrayStart start)
    {
        int length = _buffer.Length - start.FirstElement;
        if (length > ProtocolLimits.MaxArrayLength)
        {
            throw new InvalidOperationException("An array cannot be longer than 64 MiB.");
        }

        MemoryMarshal.Write(_buffer.At(start.LengthOffset), length);
    }

    public ArrayStart WriteDictionaryStart() => WriteArrayStart(DBusType.DictEntry);

    public void WriteDictionaryEnd(ArrayStart start) => WriteArrayEnd(start);

    public void WriteDictionaryEntryStart() => Align(8);

    public void WriteStructureStart() => Align(8);

    private void Align(int alignment) => _buffer.Append(ProtocolLimits.Align(_buffer.Length, alignment) - _buffer.Length);

    private void WriteNumber<T>(T value, int size)
        where T : unmanaged
    {
        Align(size);
        MemoryMarshal.Write(_buffer.Append(size), value);
    }
}
