namespace Tmds.DBus.Protocol;

/// <summary>The type codes of a signature; each value is the ASCII code of its character (D-Bus specification, "Type System").</summary>
public enum DBusType : byte
{
    Byte = (byte)'y',
    Bool = (byte)'b',
    Int16 = (byte)'n',
    UInt16 = (byte)'q',
    Int32 = (byte)'i',
    UInt32 = (byte)'u',
    Int64 = (byte)'x',
    UInt64 = (byte)'t',
    Double = (byte)'d',
    String = (byte)'s',
    ObjectPath = (byte)'o',
    Signature = (byte)'g',
    Array = (byte)'a',
    Struct = (byte)'(',
    Variant = (byte)'v',
    DictEntry = (byte)'{',
    UnixFd = (byte)'h',
}
