using Tmds.DBus.Protocol;

namespace DBus.Tests;

/// <summary>Bytes → values, in both byte orders. The first byte stands before each value so that alignment shows.</summary>
public sealed class ReaderTests
{
    private delegate object Read(ref Reader reader);

    private static readonly Dictionary<string, (Action<Wire> Write, Read Read, object Expected)> Cases = new()
    {
        ["y"] = (w => w.Byte(0xfe), (ref r) => r.ReadByte(), (byte)0xfe),
        ["b"] = (w => w.U32(1), (ref r) => r.ReadBool(), true),
        ["n"] = (w => w.Number(0xfffe, 2), (ref r) => r.ReadInt16(), (short)-2),
        ["q"] = (w => w.Number(0x1234, 2), (ref r) => r.ReadUInt16(), (ushort)0x1234),
        ["i"] = (w => w.U32(0xfffffffd), (ref r) => r.ReadInt32(), -3),
        ["u"] = (w => w.U32(0x0100090a), (ref r) => r.ReadUInt32(), 0x0100090au),
        ["x"] = (w => w.Number(ulong.MaxValue, 8), (ref r) => r.ReadInt64(), -1L),
        ["t"] = (w => w.Number(0x0102030405060708, 8), (ref r) => r.ReadUInt64(), 0x0102030405060708UL),
        ["d"] = (w => w.Number(0x3ff8000000000000, 8), (ref r) => r.ReadDouble(), 1.5),
        ["s"] = (w => w.Text("Bü"), (ref r) => r.ReadString(), "Bü"),
        ["o"] = (w => w.Text("/a/b"), (ref r) => r.ReadObjectPathAsString(), "/a/b"),
        ["g"] = (w => w.Signature("a{sv}"), (ref r) => r.ReadSignature().ToString(), "a{sv}"),
        ["ay"] = (w => w.Array(1, a => a.Raw(1, 2, 3)), (ref r) => r.ReadArrayOfByte(), new byte[] { 1, 2, 3 }),
        ["aq"] = (w => w.Array(2, a => a.Number(0x102, 2)), (ref r) => r.ReadArrayOfUInt16(), new ushort[] { 0x102 }),
        ["au"] = (w => w.Array(4, a => a.U32(1).U32(2)), (ref r) => r.ReadArrayOfUInt32(), new uint[] { 1, 2 }),
        ["at"] = (w => w.Array(8, a => a.Number(5, 8)), (ref r) => r.ReadArrayOfUInt64(), new ulong[] { 5 }),
        ["ax"] = (w => w.Array(8, _ => { }), (ref r) => r.ReadArrayOfInt64(), Array.Empty<long>()),
        ["ad"] = (w => w.Array(8, a => a.Number(0x4000000000000000, 8)), (ref r) => r.ReadArrayOfDouble(), new[] { 2.0 }),
        ["as"] = (w => w.Array(4, a => a.Text("a").Text("")), (ref r) => r.ReadArrayOfString(), new[] { "a", "" }),
        ["ab"] = (w => w.Array(4, a => a.U32(0).U32(1)), (ref r) => r.ReadArrayOfBool(), new[] { false, true }),
        ["v"] = (w => w.Signature("u").U32(7), (ref r) => r.ReadVariantValue(), (VariantValue)7u),
        ["v of v"] = (w => w.Signature("v").Signature("y").Byte(7), (ref r) => r.ReadVariantValue(), VariantValue.Variant((byte)7)),
    };

    public static TheoryData<string, bool> AllCases()
    {
        var data = new TheoryData<string, bool>();
        foreach (string name in Cases.Keys)
        {
            data.Add(name, false);
            data.Add(name, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(AllCases))]
    public void Value_IsRead(string name, bool isBigEndian)
    {
        (Action<Wire> write, Read read, object expected) = Cases[name];
        var wire = new Wire(isBigEndian);
        write(wire.Byte(1));
        var reader = new Reader(isBigEndian, wire.ToArray());
        Assert.Equal(1, reader.ReadByte());
        Assert.Equal(expected, read(ref reader));
        Assert.True(reader.IsAtEnd);
    }

    [Theory]
    [MemberData(nameof(AllCases))]
    public void CutValue_IsRefused_WhereverItIsCut(string name, bool isBigEndian)
    {
        (Action<Wire> write, Read read, _) = Cases[name];
        var wire = new Wire(isBigEndian);
        write(wire);
        byte[] bytes = wire.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<DBusReadException>(() =>
            {
                var reader = new Reader(isBigEndian, bytes.AsSpan(0, length));
                read(ref reader);
            });
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Settings_AreReadFromBytes(bool isBigEndian)
    {
        byte[] bytes = new Wire(isBigEndian).Array(8, settings => settings
            .Align(8).Text("vpn").Array(8, values => values
                .Align(8).Text("timeout").Signature("u").U32(60)
                .Align(8).Text("data").Signature("a{ss}").Array(8, data => data.Align(8).Text("user").Text("me")))
            .Align(8).Text("proxy").Array(8, _ => { })).ToArray();
        var reader = new Reader(isBigEndian, bytes);
        var names = new List<string>();
        ArrayEnd end = reader.ReadDictionaryStart();
        while (reader.HasNext(end))
        {
            names.Add(reader.ReadString());
            Dictionary<string, VariantValue> values = reader.ReadDictionaryOfStringToVariantValue();
            if (names.Count == 1)
            {
                Assert.Equal(60u, values["timeout"].GetUInt32());
                Assert.Equal("me", values["data"].GetDictionary<string, string>()["user"]);
            }
        }

        Assert.Equal(["vpn", "proxy"], names);
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public void StructsAndNestedArrays_AreRead()
    {
        byte[] address = [.. Enumerable.Range(1, 16).Select(static i => (byte)i)];
        byte[] bytes = new Wire(false).Signature("a(ayuay)").Array(8, a => a
            .Align(8).Array(1, b => b.Raw(address)).U32(64).Array(1, b => b.Raw(address))
            .Align(8).Array(1, b => b.Raw(address)).U32(128).Array(1, _ => { })).ToArray();
        VariantValue value = new Reader(false, bytes).ReadVariantValue();
        Assert.Equal((2, VariantValueType.Struct), (value.Count, value.ItemType));
        Assert.Equal(address, value.GetItem(0).GetItem(0).GetArray<byte>());
        Assert.Equal(128u, value.GetItem(1).GetItem(1).GetUInt32());
        Assert.Empty(value.GetItem(1).GetItem(2).GetArray<byte>());
    }

    [Fact]
    public void SkipTo_LeavesTheRestOfAnArrayUnread()
    {
        byte[] bytes = new Wire(false).Array(4, a => a.Text("one").Text("two")).U32(9).ToArray();
        var reader = new Reader(false, bytes);
        ArrayEnd end = reader.ReadArrayStart(DBusType.String);
        Assert.True(reader.HasNext(end));
        Assert.Equal("one"u8, reader.ReadStringAsSpan());
        reader.SkipTo(end);
        Assert.Equal(9u, reader.ReadUInt32());
    }
}
