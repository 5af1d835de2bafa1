namespace Tmds.DBus.Protocol;

/// <summary>The kind of a message: byte 1 of its fixed header.</summary>
public enum MessageType : byte
{
    MethodCall = 1,
    MethodReturn = 2,
    Error = 3,
    Signal = 4,
}
