using Tmds.DBus.Protocol;
using static Fuzz.PropertyException;

namespace Fuzz;

/// <summary>Messages of the bus, byte by byte.</summary>
internal static class DBusTargets
{
    public static FuzzTarget[] All { get; } =
    [
        new("dbus-message", [Connect(), Signal()], Receive),
    ];

    private static byte[] Connect()
    {
        MessageWriter writer = new(serial: 1);
        writer.WriteMethodCallHeader("org.example.Service", "/org/freedesktop/NetworkManager/VPN/Plugin", "org.freedesktop.NetworkManager.VPN.Plugin", "Connect", "a{sa{sv}}");
        ArrayStart outer = writer.WriteDictionaryStart();
        writer.WriteDictionaryEntryStart();
        writer.WriteString("vpn");
        ArrayStart inner = writer.WriteDictionaryStart();
        writer.WriteDictionaryEntryStart();
        writer.WriteString("timeout");
        writer.WriteVariantUInt32(60);
        writer.WriteDictionaryEntryStart();
        writer.WriteString("user-name");
        writer.WriteVariantString("bob");
        writer.WriteDictionaryEnd(inner);
        writer.WriteDictionaryEnd(outer);
        return writer.CreateMessage().Memory.ToArray();
    }

    private static byte[] Signal()
    {
        MessageWriter writer = new(serial: 2);
        writer.WriteSignalHeader(null, "/org/freedesktop/DBus", "org.freedesktop.DBus", "NameOwnerChanged", "sss");
        writer.WriteString(":1.5");
        writer.WriteString(":1.5");
        writer.WriteString("");
        return writer.CreateMessage().Memory.ToArray();
    }

    /// <summary>A message is refused, or everything in it can be read or is refused.</summary>
    private static int Receive(ReadOnlySpan<byte> input)
    {
        try
        {
            Message message = Message.Parse(input.ToArray());
            Require(message.SignatureAsString.Length <= 255, "a signature has its limit");
            Reader reader = message.GetBodyReader();
            foreach (char type in message.SignatureAsString)
            {
                switch (type)
                {
                    case 's':
                        _ = reader.ReadString();
                        break;
                    case 'u':
                        _ = reader.ReadUInt32();
                        break;
                    case 'v':
                        _ = reader.ReadVariantValue();
                        break;
                    default:
                        return HashCode.Combine(message.MessageType, Body(message));
                }
            }
            return HashCode.Combine(message.MessageType, message.SignatureAsString);
        }
        catch (DBusReadException)
        {
            return -1;
        }
    }

    private static int Body(Message message)
    {
        Reader reader = message.GetBodyReader();
        return message.SignatureAsString.StartsWith("a{sv}", StringComparison.Ordinal) ? reader.ReadDictionaryOfStringToVariantValue().Count : 0;
    }
}
