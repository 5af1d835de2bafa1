namespace Tmds.DBus.Protocol;

public readonly ref partial struct MessageWriter
{
    public void WriteMethodCallHeader(
        string? destination = null,
        string? path = null,
        string? @interface = null,
        string? member = null,
        string? signature = null,
        MessageFlags flags = MessageFlags.None)
    {
        ArrayStart fields = WriteHeaderStart(MessageType.MethodCall, flags);
        WritePath(path);
        WriteName(HeaderField.Interface, @interface);
        WriteName(HeaderField.Member, member);
        WriteName(HeaderField.Destination, destination);
        WriteHeaderEnd(fields, signature);
        _buffer.Destination = destination;
    }

    public void WriteMethodReturnHeader(uint replySerial, ReadOnlySpan<byte> destination = default, string? signature = null)
    {
        ArrayStart fields = WriteHeaderStart(MessageType.MethodReturn, MessageFlags.None);
        WriteReplySerial(replySerial);
        WriteDestination(destination);
        WriteHeaderEnd(fields, signature);
    }

    /// <summary>Writes a whole error reply. Its body is the text, if there is one.</summary>
    public void WriteError(uint replySerial, ReadOnlySpan<byte> destination = default, string? errorName = null, string? errorMsg = null)
    {
        ArrayStart fields = WriteHeaderStart(MessageType.Error, MessageFlags.None);
        WriteReplySerial(replySerial);
        WriteDestination(destination);
        WriteName(HeaderField.ErrorName, errorName ?? BusNames.ErrorFailed);
        WriteHeaderEnd(fields, errorMsg is null ? null : "s");
        if (errorMsg is not null)
        {
            WriteString(errorMsg);
        }
    }

    public void WriteSignalHeader(
        string? destination = null,
        string? path = null,
        string? @interface = null,
        string? member = null,
        string? signature = null)
    {
        ArrayStart fields = WriteHeaderStart(MessageType.Signal, MessageFlags.None);
        WritePath(path);
        WriteName(HeaderField.Interface, @interface);
        WriteName(HeaderField.Member, member);
        WriteName(HeaderField.Destination, destination);
        WriteHeaderEnd(fields, signature);
    }

    private ArrayStart WriteHeaderStart(MessageType type, MessageFlags flags)
    {
        if (_buffer.Length != 0)
        {
            throw new InvalidOperationException("The message has a header already.");
        }

        WriteByte(BitConverter.IsLittleEndian ? (byte)'l' : (byte)'B');
        WriteByte((byte)type);
        WriteByte((byte)flags);
        WriteByte(1);
        WriteUInt32(0); // length of the body, known in CreateMessage
        WriteUInt32(_buffer.Serial);
        return WriteArrayStart(DBusType.Struct);
    }

    private void WriteHeaderEnd(ArrayStart fields, string? signature)
    {
        if (!string.IsNullOrEmpty(signature))
        {
            WriteField(HeaderField.Signature, "g");
            WriteSignature(signature);
        }

        WriteArrayEnd(fields);
        Align(8);
        _buffer.BodyOffset = _buffer.Length;
    }

    private void WriteField(HeaderField field, string type)
    {
        WriteStructureStart();
        WriteByte((byte)field);
        WriteSignature(type);
    }

    private void WritePath(string? path)
    {
        if (path is not null)
        {
            WriteField(HeaderField.Path, "o");
            WriteObjectPath(path);
        }
    }

    private void WriteName(HeaderField field, string? name)
    {
        if (name is not null)
        {
            WriteField(field, "s");
            WriteString(name);
        }
    }

    private void WriteDestination(ReadOnlySpan<byte> destination)
    {
        if (!destination.IsEmpty)
        {
            WriteField(HeaderField.Destination, "s");
            WriteString(destination);
        }
    }

    private void WriteReplySerial(uint serial)
    {
        WriteField(HeaderField.ReplySerial, "u");
        WriteUInt32(serial);
    }
}
