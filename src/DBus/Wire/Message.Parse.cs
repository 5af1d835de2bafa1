using System.Text;

namespace Tmds.DBus.Protocol;

public sealed partial class Message
{
    private Message(byte[] data, in FixedHeader header)
    {
        _data = data;
        _bodyOffset = header.BodyOffset;
        IsBigEndian = header.IsBigEndian;
        Serial = header.Serial;
        MessageFlags = (MessageFlags)header.Flags;
        MessageType = (MessageType)header.Type;
    }

    /// <summary>Checks and takes exactly one message.</summary>
    /// <exception cref="DBusReadException">It is malformed anywhere.</exception>
    internal static Message Parse(byte[] data)
    {
        if (data.Length < FixedHeader.Length)
        {
            throw new DBusReadException("A message is shorter than its header.");
        }

        FixedHeader header = FixedHeader.Parse(data);
        if (header.TotalLength != data.Length)
        {
            throw new DBusReadException("A message is not as long as its header says.");
        }

        var message = new Message(data, header);
        message.ReadFields();
        message.CheckRequired();
        new Reader(message.IsBigEndian, message.Body).CheckBody(message.SignatureAsString);
        return message;
    }

    private void ReadFields()
    {
        var reader = new Reader(IsBigEndian, _data.AsSpan(0, _bodyOffset));
        reader.Seek(FixedHeader.Length - sizeof(uint));
        ArrayEnd end = reader.ReadArrayStart(DBusType.Struct);
        int seen = 0;
        while (reader.HasNext(end))
        {
            byte code = reader.ReadByte();
            if (code == 0)
            {
                throw new DBusReadException("A header field has code 0.");
            }

            if (code > (byte)HeaderField.UnixFds)
            {
                reader.SkipVariant(2);
                continue;
            }

            if ((seen & (1 << code)) != 0)
            {
                throw new DBusReadException("A header field occurs twice.");
            }

            seen |= 1 << code;
            ReadField((HeaderField)code, ref reader);
        }

        reader.AlignStruct();
    }

    private void ReadField(HeaderField field, ref Reader reader)
    {
        string expected = field switch
        {
            HeaderField.Path => "o",
            HeaderField.ReplySerial or HeaderField.UnixFds => "u",
            HeaderField.Signature => "g",
            _ => "s",
        };
        if (reader.ReadSignatureAsString() != expected)
        {
            throw new DBusReadException($"Header field {field} is not of type '{expected}'.");
        }

        switch (field)
        {
            case HeaderField.Path:
                _path = Named(Encoding.ASCII.GetBytes(reader.ReadObjectPathAsString()), static p => p != NameGrammar.LocalPath, field);
                break;
            case HeaderField.Interface:
                _interface = Named(reader.ReadStringAsSpan(), static n => NameGrammar.IsInterface(n) && n != NameGrammar.LocalInterface, field);
                break;
            case HeaderField.Member:
                _member = Named(reader.ReadStringAsSpan(), static n => NameGrammar.IsMember(n), field);
                break;
            case HeaderField.ErrorName:
                _errorName = Named(reader.ReadStringAsSpan(), static n => NameGrammar.IsErrorName(n), field);
                break;
            case HeaderField.Destination:
                _destination = Named(reader.ReadStringAsSpan(), static n => NameGrammar.IsBusName(n), field);
                break;
            case HeaderField.Sender:
                _sender = Named(reader.ReadStringAsSpan(), static n => NameGrammar.IsBusName(n), field);
                break;
            case HeaderField.Signature:
                _signature = reader.ReadSignatureAsSpan().ToArray();
                break;
            case HeaderField.ReplySerial:
                uint serial = reader.ReadUInt32();
                ReplySerial = serial != 0 ? serial : throw new DBusReadException("A reply serial is 0.");
                break;
            case HeaderField.UnixFds:
                if (reader.ReadUInt32() != 0)
                {
                    throw new DBusReadException("A message announces file descriptors, which were not negotiated.");
                }

                break;
        }
    }

    private static byte[] Named(ReadOnlySpan<byte> bytes, Func<string, bool> isValid, HeaderField field)
        => isValid(Encoding.UTF8.GetString(bytes))
            ? bytes.ToArray()
            : throw new DBusReadException($"Header field {field} is malformed.");

    private void CheckRequired()
    {
        bool complete = MessageType switch
        {
            MessageType.MethodCall => PathIsSet && MemberIsSet,
            MessageType.MethodReturn => ReplySerial is not null,
            MessageType.Error => ReplySerial is not null && ErrorNameIsSet,
            MessageType.Signal => PathIsSet && InterfaceIsSet && MemberIsSet,
            _ => true,
        };
        if (!complete)
        {
            throw new DBusReadException($"A {MessageType} lacks a required header field.");
        }
    }
}
