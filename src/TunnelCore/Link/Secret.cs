using System.Security.Cryptography;
using System.Text;

namespace TunnelCore.Link;

/// <summary>A password or passphrase. Never printed; the bytes are wiped on Dispose.</summary>
public sealed class Secret : IDisposable
{
    private readonly byte[] _utf8;

    public Secret(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _utf8 = Encoding.UTF8.GetBytes(text);
    }

    public bool IsEmpty => _utf8.Length == 0;

    /// <summary>UTF-8, not terminated.</summary>
    public ReadOnlySpan<byte> Utf8 => _utf8;

    public override string ToString() => "***";

    public void Dispose() => CryptographicOperations.ZeroMemory(_utf8);
}
