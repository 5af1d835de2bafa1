using NmPlugin.IpConfig;
using Tmds.DBus.Protocol;

namespace NmPlugin.Bus;

/// <summary>Writes the configuration dicts as a{sv}, with exactly the types that NetworkManager checks.</summary>
internal static class SignalBodyWriter
{
    public static void Write(ref MessageWriter writer, ISignalBody body)
    {
        switch (body)
        {
            case ConfigDictionary config:
                Write(ref writer, config);
                break;
            case ForwardedDictionary forwarded:
                writer.WriteDictionary(forwarded.Values);
                break;
            default:
                throw new ArgumentException("unknown kind of signal body", nameof(body));
        }
    }

    private static void Write(ref MessageWriter writer, ConfigDictionary config)
    {
        ArrayStart start = writer.WriteDictionaryStart();
        foreach ((string key, ConfigValue value) in config)
        {
            writer.WriteDictionaryEntryStart();
            writer.WriteString(key);
            Write(ref writer, value);
        }
        writer.WriteDictionaryEnd(start);
    }

    private static void Write(ref MessageWriter writer, ConfigValue value)
    {
        switch (value)
        {
            case ConfigValue.Text text:
                writer.WriteVariantString(text.Value);
                break;
            case ConfigValue.Number number:
                writer.WriteVariantUInt32(number.Value);
                break;
            case ConfigValue.Flag flag:
                writer.WriteVariantBool(flag.Value);
                break;
            case ConfigValue.Bytes bytes:
                writer.WriteSignature("ay"u8);
                writer.WriteArray(bytes.Value);
                break;
            case ConfigValue.Numbers numbers:
                writer.WriteSignature("au"u8);
                writer.WriteArray(numbers.Value);
                break;
            case ConfigValue.Rows rows:
                writer.WriteSignature("aau"u8);
                ArrayStart start = writer.WriteArrayStart(DBusType.Array);
                foreach (uint[] row in rows.Value)
                {
                    writer.WriteArray(row);
                }
                writer.WriteArrayEnd(start);
                break;
        }
    }
}
