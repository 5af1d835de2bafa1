namespace Tmds.DBus.Protocol;

/// <summary>Limits of the D-Bus specification ("Message Protocol", "Valid Signatures", "Valid Names").</summary>
internal static class ProtocolLimits
{
    public const int MaxMessageLength = 128 * 1024 * 1024;
    public const int MaxArrayLength = 64 * 1024 * 1024;
    public const int MaxSignatureLength = 255;
    public const int MaxNameLength = 255;
    public const int MaxArrayDepth = 32;
    public const int MaxStructDepth = 32;
    /// <summary>Containers of all kinds, variants included, inside each other.</summary>
    public const int MaxTotalDepth = 64;
    public const int MaxSaslLine = 512;

    /// <summary>Bytes that a value of the type is aligned to, counted from the start of the message.</summary>
    public static int AlignmentOf(char type) => type switch
    {
        'y' or 'g' or 'v' => 1,
        'n' or 'q' => 2,
        'x' or 't' or 'd' or '(' or '{' => 8,
        _ => 4,
    };

    public static int Align(int offset, int alignment) => (offset + alignment - 1) & ~(alignment - 1);
}
