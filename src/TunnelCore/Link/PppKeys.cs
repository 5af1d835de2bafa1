namespace TunnelCore.Link;

/// <summary>
/// Master keys of the PPP authentication, client's view (RFC 3079 3.3, RFC 5216 2.3). Lengths as the engine knows them: 16 or 20
/// bytes each from MS-CHAPv2, 32 from EAP-TLS; both empty when the method yields none (PAP, CHAP-MD5).
/// </summary>
public sealed class PppKeys : IDisposable
{
    private readonly byte[] _send;
    private readonly byte[] _receive;

    public PppKeys(ReadOnlySpan<byte> send, ReadOnlySpan<byte> receive)
    {
        _send = send.ToArray();
        _receive = receive.ToArray();
    }

    /// <summary>No key material: SSTP then binds with 32 zero bytes.</summary>
    public static PppKeys None { get; } = new([], []);

    public ReadOnlySpan<byte> Send => _send;

    public ReadOnlySpan<byte> Receive => _receive;

    public override string ToString() => $"PppKeys({_send.Length}+{_receive.Length} bytes)";

    public void Dispose()
    {
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(_send);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(_receive);
    }
}
