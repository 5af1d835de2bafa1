using System.Security;
using System.Text;

namespace Tmds.DBus.Protocol;

/// <summary>The <c>interface</c> elements of the standard interfaces, UTF-8.</summary>
public static class IntrospectionXml
{
    private const string DocType =
        "<!DOCTYPE node PUBLIC \"-//freedesktop//DTD D-BUS Object Introspection 1.0//EN\" "
        + "\"http://www.freedesktop.org/standards/dbus/1.0/introspect.dtd\">\n";

    public static ReadOnlyMemory<byte> DBusProperties { get; } = """
        <interface name="org.freedesktop.DBus.Properties">
          <method name="Get">
            <arg direction="in" type="s"/>
            <arg direction="in" type="s"/>
            <arg direction="out" type="v"/>
          </method>
          <method name="GetAll">
            <arg direction="in" type="s"/>
            <arg direction="out" type="a{sv}"/>
          </method>
          <method name="Set">
            <arg direction="in" type="s"/>
            <arg direction="in" type="s"/>
            <arg direction="in" type="v"/>
          </method>
          <signal name="PropertiesChanged">
            <arg type="s" name="interface_name"/>
            <arg type="a{sv}" name="changed_properties"/>
            <arg type="as" name="invalidated_properties"/>
          </signal>
        </interface>

        """u8.ToArray();

    public static ReadOnlyMemory<byte> DBusIntrospectable { get; } = """
        <interface name="org.freedesktop.DBus.Introspectable">
          <method name="Introspect">
            <arg type="s" name="xml_data" direction="out"/>
          </method>
        </interface>

        """u8.ToArray();

    public static ReadOnlyMemory<byte> DBusPeer { get; } = """
        <interface name="org.freedesktop.DBus.Peer">
          <method name="Ping"/>
          <method name="GetMachineId">
            <arg type="s" name="machine_uuid" direction="out"/>
          </method>
        </interface>

        """u8.ToArray();

    internal static string Document(ReadOnlySpan<ReadOnlyMemory<byte>> interfaces, IEnumerable<string> childNames)
    {
        var xml = new StringBuilder(DocType).Append("<node>\n");
        foreach (ReadOnlyMemory<byte> item in interfaces)
        {
            xml.Append(Encoding.UTF8.GetString(item.Span));
        }

        if (!interfaces.IsEmpty)
        {
            xml.Append(Encoding.UTF8.GetString(DBusIntrospectable.Span)).Append(Encoding.UTF8.GetString(DBusPeer.Span));
        }

        foreach (string name in childNames.Distinct())
        {
            xml.Append("<node name=\"").Append(SecurityElement.Escape(name)).Append("\"/>\n");
        }

        return xml.Append("</node>\n").ToString();
    }
}
