using Tmds.DBus.Protocol;

namespace DBus.Tests;

/// <summary>Every way to be no D-Bus message: all of them are found before anybody sees the message.</summary>
public sealed class MalformedTests
{
    private const uint TooLong = 64 * 1024 * 1024 + 1;

    private static readonly Dictionary<string, Func<bool, byte[]>> Headers = new()
    {
        ["byte order mark"] = e => Patched(e, b => b[0] = (byte)'x'),
        ["version 2"] = e => Patched(e, b => b[3] = 2),
        ["type 0"] = e => Patched(e, b => b[1] = 0),
        ["serial 0"] = static e => Wire.Message(e, 4, GoodFields, serial: 0),
        ["body longer than announced"] = e => [.. Good(e), 0],
        ["body shorter than announced"] = e => Good(e)[..^1],
        ["call without path"] = static e => Wire.Message(e, 1, w => w.Field(3, "s", "M")),
        ["call without member"] = static e => Wire.Message(e, 1, w => w.Field(1, "o", "/")),
        ["return without reply serial"] = static e => Wire.Message(e, 2, _ => { }),
        ["error without name"] = static e => Wire.Message(e, 3, w => w.Field(5, 1)),
        ["error without reply serial"] = static e => Wire.Message(e, 3, w => w.Field(4, "s", "a.b")),
        ["signal without interface"] = static e => Wire.Message(e, 4, w => w.Field(1, "o", "/").Field(3, "s", "M")),
        ["reply serial 0"] = static e => Wire.Message(e, 2, w => w.Field(5, 0)),
        ["field code 0"] = static e => Wire.Message(e, 4, w => GoodFields(w.Field(0, "s", "x"))),
        ["field twice"] = static e => Wire.Message(e, 4, w => GoodFields(w.Field(3, "s", "M"))),
        ["field of another type"] = static e => Wire.Message(e, 1, w => w.Field(1, "s", "/").Field(3, "s", "M")),
        ["unknown field malformed"] = static e => Wire.Message(e, 4, w => GoodFields(w.Align(8).Byte(77).Signature("b").U32(2))),
        ["file descriptors"] = static e => Wire.Message(e, 4, w => GoodFields(w.Field(9, 1))),
        ["path without slash"] = static e => Wire.Message(e, 1, w => w.Field(1, "o", "p").Field(3, "s", "M")),
        ["path with end slash"] = static e => Wire.Message(e, 1, w => w.Field(1, "o", "/p/").Field(3, "s", "M")),
        ["path with dot"] = static e => Wire.Message(e, 1, w => w.Field(1, "o", "/p.q").Field(3, "s", "M")),
        ["reserved path"] = static e => Wire.Message(e, 1, w => w.Field(1, "o", "/org/freedesktop/DBus/Local").Field(3, "s", "M")),
        ["reserved interface"] = static e => Wire.Message(e, 4, w => w.Field(1, "o", "/").Field(2, "s", "org.freedesktop.DBus.Local").Field(3, "s", "M")),
        ["interface of one element"] = static e => Wire.Message(e, 4, w => w.Field(1, "o", "/").Field(2, "s", "a").Field(3, "s", "M")),
        ["member with digit first"] = static e => Wire.Message(e, 1, w => w.Field(1, "o", "/").Field(3, "s", "1M")),
        ["member too long"] = static e => Wire.Message(e, 1, w => w.Field(1, "o", "/").Field(3, "s", new string('M', 256))),
        ["sender malformed"] = static e => Wire.Message(e, 4, w => GoodFields(w.Field(7, "s", ":1"))),
        ["destination malformed"] = static e => Wire.Message(e, 4, w => GoodFields(w.Field(6, "s", "a..b"))),
        ["body without signature"] = static e => Wire.Message(e, 4, GoodFields, w => w.Byte(1)),
        ["padding behind the fields"] = e => Wire.Message(e, 1, w => w.Field(3, "s", "M").Field(1, "o", "/"), null).With(^1, 1),
    };

    private static readonly Dictionary<string, (string Signature, Action<Wire> Body)> Bodies = new()
    {
        ["signature without body"] = ("u", _ => { }),
        ["body behind its signature"] = ("u", w => w.U32(1).Byte(0)),
        ["signature malformed"] = ("a", w => w.U32(0)),
        ["signature with dict entry alone"] = ("{sv}", w => w.U32(0)),
        ["boolean 2"] = ("b", w => w.U32(2)),
        ["boolean 256 in an array"] = ("ab", w => w.Array(4, a => a.U32(1).U32(256))),
        ["padding not zero"] = ("yu", w => w.Byte(1).Align(4, 1).U32(1)),
        ["padding of an empty array"] = ("at", w => w.U32(0).Align(8, 1)),
        ["string not UTF-8"] = ("s", w => w.Text([0xc3, 0x28])),
        ["string with overlong NUL"] = ("s", w => w.Text([0xc0, 0x80])),
        ["string with surrogate"] = ("s", w => w.Text([0xed, 0xa0, 0x80])),
        ["string with NUL"] = ("s", w => w.Text("a\0b")),
        ["string without final NUL"] = ("s", w => w.U32(1).Raw((byte)'a', (byte)'b')),
        ["string past the end"] = ("s", w => w.U32(10).Raw((byte)'a', 0)),
        ["string of 4 GiB"] = ("s", w => w.U32(uint.MaxValue).Raw((byte)'a', 0)),
        ["object path malformed"] = ("o", w => w.Text("//")),
        ["object path empty"] = ("o", w => w.Text("")),
        ["signature value malformed"] = ("g", w => w.Signature("(")),
        ["signature value without NUL"] = ("g", w => w.Raw(1, (byte)'u', (byte)'u')),
        ["array past the end"] = ("ay", w => w.U32(2).Byte(1)),
        ["array too long"] = ("ay", w => w.U32(TooLong)),
        ["array of 4 GiB"] = ("ay", w => w.U32(uint.MaxValue)),
        ["array of half an element"] = ("au", w => w.U32(6).U32(1).Raw(0, 0)),
        ["array that ends in a string"] = ("as", w => w.U32(5).Text("abc")),
        ["array that ends in padding"] = ("a(y)", w => w.U32(3).Align(8).Byte(1).Raw(0, 0)),
        ["variant without type"] = ("v", w => w.Signature("")),
        ["variant of two types"] = ("v", w => w.Signature("yy").Raw(1, 2)),
        ["variant past the end"] = ("v", w => w.Signature("t")),
        ["variants nested 65 deep"] = ("v", w => Nest(w, 65)),
        ["structs nested 33 deep"] = (new string('(', 33) + "y" + new string(')', 33), w => w.Byte(1)),
        ["arrays nested 33 deep"] = (new string('a', 33) + "y", w => w.U32(0)),
        ["variants and arrays 66 deep"] = ("v", w =>
        {
            w.Signature(new string('a', 32) + "v");
            NestArrays(w, 32, a => NestArrays(a.Signature(new string('a', 32) + "y"), 32, b => b.Byte(1)));
        }),
    };

    public static TheoryData<string, bool> HeaderCases() => Both(Headers.Keys);

    public static TheoryData<string, bool> BodyCases() => Both(Bodies.Keys);

    [Theory]
    [MemberData(nameof(HeaderCases))]
    public void Header_IsRefused(string name, bool isBigEndian)
    {
        byte[] bytes = Headers[name](isBigEndian);
        Assert.Throws<DBusReadException>(() => Message.Parse(bytes));
    }

    [Theory]
    [MemberData(nameof(BodyCases))]
    public void Body_IsRefused(string name, bool isBigEndian)
    {
        (string signature, Action<Wire> body) = Bodies[name];
        byte[] bytes = Wire.Signal(isBigEndian, signature, body);
        Assert.Throws<DBusReadException>(() => Message.Parse(bytes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WhatIsLegal_IsTaken(bool isBigEndian)
    {
        // Unknown fields, unknown flags and unknown message types are to be accepted.
        Message message = Message.Parse(Wire.Message(
            isBigEndian, 9, w => GoodFields(w.Align(8).Byte(200).Signature("a{sv}").Array(8, _ => { })), flags: 0x83));
        Assert.Equal("/p", message.PathAsString);
        Assert.Equal(isBigEndian, message.IsBigEndian);
        Message.Parse(Wire.Signal(isBigEndian, "v", w => Nest(w, 64)));
        Message.Parse(Wire.Signal(isBigEndian, new string('(', 32) + "y" + new string(')', 32), w => w.Byte(1)));
        Message.Parse(Wire.Signal(isBigEndian, new string('a', 32) + "y", w => w.U32(0)));
    }

    [Theory]
    [InlineData(128u * 1024 * 1024, 0u)]
    [InlineData(uint.MaxValue, 0u)]
    [InlineData(0u, 64u * 1024 * 1024 + 1)]
    [InlineData(0u, uint.MaxValue)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public void TooLongMessage_IsRefusedByItsFirstBytes(uint body, uint fields)
    {
        byte[] start = new Wire(false).Raw((byte)'l', 4, 0, 1).U32(body).U32(1).U32(fields).ToArray();
        Assert.Throws<DBusReadException>(() => FixedHeader.Parse(start));
    }

    [Fact]
    public void DamagedMessages_NeverDoWorseThanBeingRefused()
    {
        byte[][] seeds =
        [
            Good(false),
            Good(true),
            Wire.Signal(false, "a{sa{sv}}", w => w.Array(8, s => s.Align(8).Text("vpn").Array(8, v => v
                .Align(8).Text("k").Signature("aau").Array(4, o => o.Array(4, i => i.U32(1)))))),
            Wire.Signal(true, "a(ayuay)vas", w => w
                .Array(8, a => a.Align(8).Array(1, b => b.Byte(1)).U32(1).Array(1, _ => { }))
                .Signature("a{ss}").Array(8, d => d.Align(8).Text("a").Text("b"))
                .Array(4, s => s.Text("x"))),
        ];
        var random = new Random(20261121);
        int accepted = 0;
        for (int i = 0; i < 40_000; i++)
        {
            byte[] bytes = [.. seeds[i % seeds.Length]];
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                bytes[random.Next(bytes.Length)] = (byte)(random.Next(3) == 0 ? random.Next(256) : random.Next(8));
            }

            try
            {
                Message.Parse(bytes);
                accepted++;
            }
            catch (DBusReadException)
            {
            }
        }

        Assert.InRange(accepted, 1, 39_999);
    }

    private static void GoodFields(Wire w) => w.Field(1, "o", "/p").Field(2, "s", "a.b").Field(3, "s", "M");

    private static byte[] Good(bool isBigEndian) => Wire.Signal(isBigEndian, "su", w => w.Text("text").U32(1));

    private static byte[] Patched(bool isBigEndian, Action<byte[]> patch)
    {
        byte[] bytes = Good(isBigEndian);
        patch(bytes);
        return bytes;
    }

    private static void Nest(Wire w, int variants)
    {
        for (int i = 1; i < variants; i++)
        {
            w.Signature("v");
        }

        w.Signature("y").Byte(1);
    }

    private static void NestArrays(Wire w, int depth, Action<Wire> inner)
    {
        if (depth == 0)
        {
            inner(w);
        }
        else
        {
            w.Array(depth == 1 ? 1 : 4, a => NestArrays(a, depth - 1, inner));
        }
    }

    private static TheoryData<string, bool> Both(IEnumerable<string> names)
    {
        var data = new TheoryData<string, bool>();
        foreach (string name in names)
        {
            data.Add(name, false);
            data.Add(name, true);
        }

        return data;
    }
}
