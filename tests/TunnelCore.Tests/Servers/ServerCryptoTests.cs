using System.Text;
using TestServers.Crypto;

namespace TunnelCore.Tests.Servers;

/// <summary>The test server judges the client's crypto binding, so its own arithmetic is held to the vectors first.</summary>
public sealed class ServerCryptoTests
{
    private const string Hlak = "d5f0e9521e3ea9589645e86051c822268b7cdc149b993a1ba118cb153f56dccb";
    private const string ZeroHlak = "0000000000000000000000000000000000000000000000000000000000000000";
    private const string EapTlsHlak = "030a11181f262d343b424950575e656c737a81888f969da4abb2b9c0c7ced5dc";
    private const string Sha1Message = "10010070000400010003006800000001000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f16447485f7ec615136cf8e3d56c4c616cc61bcc4";
    private const string Sha256Message = "10010070000400010003006800000002000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f9a2664f509c91cbde8035505ef382b9b5587064378c151f07ba10b3339060210";
    private static readonly byte[] s_certificate = Encoding.ASCII.GetBytes("example certificate DER");
    private static readonly byte[] s_nonce = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData("", "31d6cfe0d16ae931b73c59d7e0c089c0")]
    [InlineData("abc", "a448017aaf21d8525fc10ae87aa6729d")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "e33b4ddc9c38f2199c3e7b164fcc0536")]
    public void Md4_Rfc1320Suite(string text, string digest) => Assert.Equal(digest, Hex(Md4.Hash(Encoding.ASCII.GetBytes(text))));

    [Theory]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(64)]
    [InlineData(119)]
    public void Md4_PaddingBoundaries_Differ(int length) => Assert.NotEqual(Md4.Hash(new byte[length]), Md4.Hash(new byte[length + 1]));

    [Fact]
    public void V01_NtPasswordHash()
    {
        byte[] hash = MsChapV2Keys.NtHash("clientPass");
        Assert.Equal("44ebba8d5312b8d611474411f56989ae", Hex(hash));
        Assert.Equal("41c00c584bd2d91c4017a2a12fa59f3f", Hex(Md4.Hash(hash)));
    }

    [Fact]
    public void V02_V03_MppeKeysAndHlak()
    {
        byte[] response = Convert.FromHexString("82309ecd8d708b5ea08faa3981cd83544233114a3d85d6df");
        byte[] master = MsChapV2Keys.MasterKey(MsChapV2Keys.NtHash("clientPass"), response);
        Assert.Equal("fdece3717a8c838cb388e527ae3cdd31", Hex(master));
        Assert.Equal("d5f0e9521e3ea9589645e86051c82226", Hex(MsChapV2Keys.ClientSendKey(master)));
        Assert.Equal("8b7cdc149b993a1ba118cb153f56dccb", Hex(MsChapV2Keys.ClientReceiveKey(master)));
        Assert.Equal(Hlak, Hex(MsChapV2Keys.Hlak("clientPass", response)));
    }

    [Fact]
    public void V09_NonAsciiPassword()
    {
        byte[] hash = MsChapV2Keys.NtHash("p\u00e4ssw\u00f6rd\u20ac");
        byte[] master = MsChapV2Keys.MasterKey(hash, Convert.FromHexString("e8884606c2f8ded96c2c3e1905e41165b24967fb9b34584d"));
        Assert.Equal("7f20bf6e69d97371914a8807579cab5c", Hex(hash));
        Assert.Equal("bddd89563a2c6d96f5dc8dc227506d75", Hex(master));
    }

    [Theory]
    [InlineData(1, Hlak, Sha1Message, "3afbff0ba79dd9743bd09949fa99f9d0c92d3698", "7296f04dd534e3c777764502b36ee1d8c3830375")]
    [InlineData(2, Hlak, Sha256Message, "150707e682b16f4ca9430560c562894afd10050db4182d35c3e9e06284445271", "6566128bedab5267a8d6ef4391412d2004ca1300aae41d490f545d38d83642a0")]
    [InlineData(1, ZeroHlak, Sha1Message, "ae571ede1e11efb7bb85b8b4f07e15f0e086761a", "8892b875d07b1e06437183eed09c7e0fa78b0dee")]
    [InlineData(2, ZeroHlak, Sha256Message, "d342eb00477d6a37e1a184fb0168cb3ea3b6645fa0f227904d20eef5cb8f9327", "ea3d394a20099445ac5637002df31bb4e50a889b183f61558dbab09a75a1227c")]
    [InlineData(2, EapTlsHlak, Sha256Message, "7c8072d2a41f467c073ca153863e7f415a511b4fa24780cca972862a061816f9", "2ccfc5bb80bdbb722a7d77ee70cf98610c305432e69d3149f60aa7061d592ba4")]
    [InlineData(1, EapTlsHlak, Sha1Message, "fc5b979100b9f1af46cf538e8dc56b9d59b70ce8", "b9cc98b55b59b7dfa9cad80bbb54e0e5bdf5f3e2")]
    public void V04ToV08_CompoundMac(byte bit, string hlak, string message, string key, string mac)
    {
        byte[] full = Message(message);
        Assert.Equal(key, Hex(CryptoBinding.CompoundMacKey(bit, Convert.FromHexString(hlak))));
        Assert.Equal(mac.PadRight(64, '0'), Hex(CryptoBinding.CompoundMac(bit, Convert.FromHexString(hlak), full)));
    }

    [Theory]
    [InlineData(1, "0f1a2d58d4a3e3000fad3ce4906e07b707aa9e441cceac5cbd7b2cc1c9d86cdf", "5826b629bda59b8e6fd8dcd2622fd34c534805a5", "4b3128f43925d9006eefb1c4e86515a1d88e56bab3ca2bdf0373b7f5a8a13b19", "69915dd583d8062fef16f61db2f03290ec27cb6c")]
    [InlineData(2, "412b489aebd7ecc7d08966f26be7cd72b231a0e9210d7c91b308862b0344c435", "7993ef314c493dace9f02d60e7e61c84b6690aafe9d7aeea92cbbe8ad599422d", "2a1bb40d55ab0f5ef32f06f2b3cc73c48fd3fac41d7a1315a19228d9024ca164", "52a68efd8cffbf52770b8f0fe8ec73716583af6d611eb6d179b3b20840985449")]
    [InlineData(2, "388a1ecbf302ba02f9f372ce37488ec36b71a28b5e1b19fbe44d5465a631c463", "7ff150176fa8e38a1f402d11ff89ff11b66505ad7f9ae81205277ba4a6b9ef9d", "bb2c17edbaa643b3d511eb9848792b7cab5f5d709fe9bdf89b5deaf5a8c17db7", "fe6473c7d183914e483fea1b12a6e760a4da16b62fab12a0a1e54e0ec325b24e")]
    public void V10_PublishedExamples(byte bit, string nonce, string certificateHash, string hlak, string mac)
    {
        byte[] message = Message($"1001007000040001000300680000000{bit}{nonce}{certificateHash}");
        Assert.Equal(mac.PadRight(64, '0'), Hex(CryptoBinding.CompoundMac(bit, Convert.FromHexString(hlak), message)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Check_TakesTheRightMessage_AndNoOther(byte bit)
    {
        byte[] hlak = Convert.FromHexString(Hlak);
        byte[] message = Message(bit == 1 ? Sha1Message : Sha256Message);
        CryptoBinding.CompoundMac(bit, hlak, message).CopyTo(message, 80);
        Assert.Null(CryptoBinding.Check(message, 3, s_nonce, s_certificate, hlak));
        Assert.NotNull(CryptoBinding.Check(message, (byte)(3 - bit), s_nonce, s_certificate, hlak));
        Assert.NotNull(CryptoBinding.Check(message, 3, new byte[32], s_certificate, hlak));
        Assert.NotNull(CryptoBinding.Check(message, 3, s_nonce, [1, 2, 3], hlak));
        Assert.NotNull(CryptoBinding.Check(message, 3, s_nonce, s_certificate, new byte[32]));
        Assert.NotNull(CryptoBinding.Check(message.AsSpan(0, 111), 3, s_nonce, s_certificate, hlak));
        for (int i = 4; i < message.Length; i++)
        {
            message[i] ^= 0x40;
            Assert.NotNull(CryptoBinding.Check(message, 3, s_nonce, s_certificate, hlak));
            message[i] ^= 0x40;
        }
    }

    private static byte[] Message(string hex)
    {
        byte[] message = new byte[CryptoBinding.MessageSize];
        Convert.FromHexString(hex).CopyTo(message, 0);
        return message;
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
