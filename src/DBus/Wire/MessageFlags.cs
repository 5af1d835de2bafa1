namespace Tmds.DBus.Protocol;

/// <summary>The flags of a message: byte 2 of its fixed header.</summary>
[Flags]
public enum MessageFlags : byte
{
    None = 0,
    NoReplyExpected = 1,
    NoAutoStart = 2,
    AllowInteractiveAuthorization = 4,
}
