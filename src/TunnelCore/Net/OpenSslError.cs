using System.Globalization;

namespace TunnelCore.Net;

/// <summary>An error of OpenSSL 3's TLS layer, as the runtime hands it on: "error:0A000410:SSL routines::text".</summary>
/// <param name="Reason">Reason code of the SSL library; 1000 + n stands for a received alert n.</param>
/// <param name="Text">OpenSSL's own words.</param>
internal sealed record OpenSslError(int Reason, string Text)
{
    public const int HttpsProxyRequest = 155;
    public const int HttpRequest = 156;
    public const int NoCiphersAvailable = 181;
    public const int NoProtocolsAvailable = 191;
    public const int NoSharedCipher = 193;
    public const int UnsupportedProtocol = 258;
    public const int WrongVersionNumber = 267;
    public const int UnexpectedEnd = 294;

    private const string Marker = "error:";
    private const int AlertBase = 1000;
    private const int ReasonMask = 0x7FFFFF;
    private const int LibraryShift = 23;
    private const int SslLibrary = 20;

    /// <summary>The received alert, or null.</summary>
    public int? Alert => Reason is >= AlertBase and < AlertBase + 256 ? Reason - AlertBase : null;

    /// <summary>Looks through the inner exceptions; null when none carries such an error.</summary>
    public static OpenSslError? Find(Exception? exception)
    {
        for (int depth = 0; exception is not null && depth < 8; depth++, exception = exception.InnerException)
        {
            if (Parse(exception.Message) is { } error)
            {
                return error;
            }
        }
        return null;
    }

    internal static OpenSslError? Parse(string message)
    {
        int start = message.IndexOf(Marker, StringComparison.Ordinal);
        if (start < 0)
        {
            return null;
        }
        string[] fields = message[(start + Marker.Length)..].Split(':', 4);
        if (fields.Length < 4 || !uint.TryParse(fields[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code)
            || code >> LibraryShift != SslLibrary)
        {
            return null;
        }
        return new OpenSslError((int)(code & ReasonMask), fields[3].Trim());
    }
}
