namespace Tmds.DBus.Protocol;

/// <summary>Flags of <c>org.freedesktop.DBus.RequestName</c>. DO_NOT_QUEUE (4) is the library's own business.</summary>
[Flags]
public enum RequestNameOptions : uint
{
    None = 0,
    AllowReplacement = 1,
    ReplaceExisting = 2,
    Default = ReplaceExisting | AllowReplacement,
}
