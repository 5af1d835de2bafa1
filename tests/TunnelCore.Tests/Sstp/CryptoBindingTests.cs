using TunnelCore.Link;
using TunnelCore.Sstp;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Tests.Sstp;

public sealed class CryptoBindingTests
{
    private const string Zeros32 = "0000000000000000000000000000000000000000000000000000000000000000";

    [Theory]
    [InlineData(16)]
    [InlineData(20)]
    public void V03_Hlak_FromMsChapV2Keys_Is16BytesOfEach(int length)
    {
        using PppKeys keys = new(Pad(SstpVectors.SendKey, length), Pad(SstpVectors.ReceiveKey, length));
        byte[] hlak = new byte[Hlak.Size];
        Hlak.Derive(keys, hlak);
        Assert.Equal(SstpVectors.Hlak, hlak);
    }

    [Fact]
    public void Hlak_FromKeysOf32_IsTheSendKey()
    {
        using PppKeys keys = new(SstpVectors.TlsStyleMsk.AsSpan(0, 32), SstpVectors.TlsStyleMsk.AsSpan(32));
        byte[] hlak = new byte[Hlak.Size];
        Hlak.Derive(keys, hlak);
        Assert.Equal("030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dc", Hex(hlak));
    }

    [Fact]
    public void Hlak_WithoutKeys_IsZero()
    {
        byte[] hlak = [.. Enumerable.Repeat((byte)7, 32)];
        Hlak.Derive(PppKeys.None, hlak);
        Assert.Equal(new byte[32], hlak);
    }

    [Theory]
    [InlineData(8, 8, "0101010101010101000000000000000002020202020202020000000000000000")]
    [InlineData(32, 16, "0101010101010101010101010101010102020202020202020202020202020202")]
    [InlineData(16, 0, "0101010101010101010101010101010100000000000000000000000000000000")]
    [InlineData(40, 40, "0101010101010101010101010101010101010101010101010101010101010101")]
    public void Hlak_FromOddLengths(int send, int receive, string expected)
    {
        using PppKeys keys = new(Enumerable.Repeat((byte)1, send).ToArray(), Enumerable.Repeat((byte)2, receive).ToArray());
        byte[] hlak = new byte[Hlak.Size];
        Hlak.Derive(keys, hlak);
        Assert.Equal(expected, Hex(hlak));
    }

    [Theory]
    [InlineData(1, SstpVectors.Sha1Message, "7296f04dd534e3c777764502b36ee1d8c3830375")]
    [InlineData(2, SstpVectors.Sha256Message, "6566128bedab5267a8d6ef4391412d2004ca1300aae41d490f545d38d83642a0")]
    public void V04_V05_CallConnected_IsTheWholeMessage(int hash, string zeroMac, string mac)
    {
        ControlMessage message = CryptoBinding.CallConnected(
            (SstpHashProtocols)hash, SstpVectors.CountingNonce, SstpVectors.Certificate, SstpVectors.Hlak);
        Assert.Equal(zeroMac[..160] + mac.PadRight(64, '0'), Hex(message.ToArray()));
    }

    [Fact]
    public void V04_Sha1() => Check(1, Hex(SstpVectors.Hlak), SstpVectors.Sha1Message, "3afbff0ba79dd9743bd09949fa99f9d0c92d3698", "7296f04dd534e3c777764502b36ee1d8c3830375");

    [Fact]
    public void V05_Sha256() => Check(2, Hex(SstpVectors.Hlak), SstpVectors.Sha256Message, "150707e682b16f4ca9430560c562894afd10050db4182d35c3e9e06284445271", "6566128bedab5267a8d6ef4391412d2004ca1300aae41d490f545d38d83642a0");

    [Fact]
    public void V06_ZeroHlak_Sha1() => Check(1, Zeros32, SstpVectors.Sha1Message, "ae571ede1e11efb7bb85b8b4f07e15f0e086761a", "8892b875d07b1e06437183eed09c7e0fa78b0dee");

    [Fact]
    public void V07_ZeroHlak_Sha256() => Check(2, Zeros32, SstpVectors.Sha256Message, "d342eb00477d6a37e1a184fb0168cb3ea3b6645fa0f227904d20eef5cb8f9327", "ea3d394a20099445ac5637002df31bb4e50a889b183f61558dbab09a75a1227c");

    [Fact]
    public void V08_EapTlsStyle()
    {
        string hlak = Hex(SstpVectors.TlsStyleMsk.AsSpan(0, 32));
        Check(2, hlak, SstpVectors.Sha256Message, "7c8072d2a41f467c073ca153863e7f415a511b4fa24780cca972862a061816f9", "2ccfc5bb80bdbb722a7d77ee70cf98610c305432e69d3149f60aa7061d592ba4");
        Check(1, hlak, SstpVectors.Sha1Message, "fc5b979100b9f1af46cf538e8dc56b9d59b70ce8", "b9cc98b55b59b7dfa9cad80bbb54e0e5bdf5f3e2");
    }

    [Theory]
    [InlineData(1, "0f1a2d58d4a3e3000fad3ce4906e07b707aa9e441cceac5cbd7b2cc1c9d86cdf", "5826b629bda59b8e6fd8dcd2622fd34c534805a5", "4b3128f43925d9006eefb1c4e86515a1d88e56bab3ca2bdf0373b7f5a8a13b19", "a98b862a38cc7e224b42cd128586acb22f0bd1e9", "69915dd583d8062fef16f61db2f03290ec27cb6c")]
    [InlineData(2, "412b489aebd7ecc7d08966f26be7cd72b231a0e9210d7c91b308862b0344c435", "7993ef314c493dace9f02d60e7e61c84b6690aafe9d7aeea92cbbe8ad599422d", "2a1bb40d55ab0f5ef32f06f2b3cc73c48fd3fac41d7a1315a19228d9024ca164", "ecf59ac9fe155cf0a9e7d66adc1b363c1ad7ba91a9217f0cec2a534298828df6", "52a68efd8cffbf52770b8f0fe8ec73716583af6d611eb6d179b3b20840985449")]
    [InlineData(2, "388a1ecbf302ba02f9f372ce37488ec36b71a28b5e1b19fbe44d5465a631c463", "7ff150176fa8e38a1f402d11ff89ff11b66505ad7f9ae81205277ba4a6b9ef9d", "bb2c17edbaa643b3d511eb9848792b7cab5f5d709fe9bdf89b5deaf5a8c17db7", "8bec8243ed1d4e115df606df5042be07946294375498f857f6612567c3c63592", "fe6473c7d183914e483fea1b12a6e760a4da16b62fab12a0a1e54e0ec325b24e")]
    public void V10_PublishedAndCaptured(int hash, string nonce, string certHash, string hlak, string cmk, string mac)
    {
        CryptoBindingAttribute unsealed = new(
            (SstpHashProtocols)hash, Convert.FromHexString(nonce), Convert.FromHexString(certHash), ReadOnlyMemory<byte>.Empty);
        Check(hash, hlak, Hex(ControlMessage.CallConnected(unsealed).ToArray()), cmk, mac);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(8, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    [InlineData(0xFF, 2)]
    [InlineData(0xFD, 1)]
    public void Choose_TakesTheStrongest(int offered, int chosen) =>
        Assert.Equal((SstpHashProtocols)chosen, CryptoBinding.Choose((SstpHashProtocols)offered));

    private static void Check(int hash, string hlak, string message, string cmk, string mac)
    {
        SstpHashProtocols protocol = (SstpHashProtocols)hash;
        byte[] computedCmk = new byte[CryptoBinding.HashLength(protocol)];
        CryptoBinding.Cmk(protocol, Convert.FromHexString(hlak), computedCmk);
        Assert.Equal(cmk, Hex(computedCmk));
        byte[] computedMac = new byte[CryptoBinding.HashLength(protocol)];
        CryptoBinding.Mac(protocol, Convert.FromHexString(hlak), Convert.FromHexString(message), computedMac);
        Assert.Equal(mac, Hex(computedMac));
    }

    private static byte[] Pad(byte[] key, int length)
    {
        byte[] padded = [.. Enumerable.Repeat((byte)0xEE, length)];
        key.CopyTo(padded, 0);
        return padded;
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
