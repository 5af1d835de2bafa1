namespace TunnelCore.Wire.Http;

/// <summary>One way to log in that an HTTP server or proxy offers (RFC 9110 section 11.3). Texts are the sender's bytes as Latin-1.</summary>
/// <param name="Scheme">As sent: Basic, Digest, NTLM...</param>
/// <param name="Parameters">Names as sent, values without quotes and escapes; empty for schemes that send one opaque token.</param>
internal sealed record HttpChallenge(string Scheme, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    public bool Is(string scheme) => Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);

    /// <summary>Value of the first parameter of that name, whatever its case.</summary>
    public string? Find(string name)
    {
        foreach ((string key, string value) in Parameters)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }
        return null;
    }
}
