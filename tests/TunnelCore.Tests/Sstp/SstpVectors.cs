namespace TunnelCore.Tests.Sstp;

/// <summary>Known answers: our own reference computation and the published examples.</summary>
internal static class SstpVectors
{
    public static readonly byte[] CountingNonce = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    public static readonly byte[] Certificate = "example certificate DER"u8.ToArray();

    public static readonly byte[] SendKey = Convert.FromHexString("d5f0e9521e3ea9589645e86051c82226");
    public static readonly byte[] ReceiveKey = Convert.FromHexString("8b7cdc149b993a1ba118cb153f56dccb");

    public static readonly byte[] Hlak =
        Convert.FromHexString("d5f0e9521e3ea9589645e86051c822268b7cdc149b993a1ba118cb153f56dccb");

    public const string Sha1Message =
        "10010070000400010003006800000001000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        + "16447485f7ec615136cf8e3d56c4c616cc61bcc4000000000000000000000000"
        + "0000000000000000000000000000000000000000000000000000000000000000";

    public const string Sha256Message =
        "10010070000400010003006800000002000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        + "9a2664f509c91cbde8035505ef382b9b5587064378c151f07ba10b3339060210"
        + "0000000000000000000000000000000000000000000000000000000000000000";

    public static readonly byte[] TlsStyleMsk = [.. Enumerable.Range(0, 64).Select(i => (byte)((7 * i) + 3))];
}
