namespace TunnelCore.Wire.Http;

/// <summary>Status line and headers of an HTTP/1.x reply. Texts are the server's bytes as Latin-1: not printable as they are.</summary>
/// <param name="Status">100..999.</param>
/// <param name="Reason">"" when the server sends none.</param>
/// <param name="Headers">In order, names as sent, values trimmed.</param>
internal sealed record HttpReply(int Status, string Reason, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>Values of all headers with this name, whatever its case, in order.</summary>
    public IEnumerable<string> FindAll(string name) =>
        Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value);

    /// <summary>Value of the first header with this name, whatever its case.</summary>
    public string? Find(string name)
    {
        foreach ((string key, string value) in Headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }
        return null;
    }
}
