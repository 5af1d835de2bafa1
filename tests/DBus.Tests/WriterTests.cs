using Tmds.DBus.Protocol;

namespace DBus.Tests;

public sealed class WriterTests
{
    [Fact]
    public void MethodCall_HasTheBytesOfTheSpecification()
    {
        var writer = new MessageWriter(0x11);
        writer.WriteMethodCallHeader("a.b", "/p", "c.d", "M", "u", MessageFlags.NoAutoStart);
        writer.WriteUInt32(0x01020304);
        byte[] expected = Convert.FromHexString(string.Concat(
            ["6c010201", "04000000", "11000000", "47000000",
            "01016f00", "02000000", "2f7000", "0000000000",
            "02017300", "03000000", "632e6400", "00000000",
            "03017300", "01000000", "4d00", "000000000000",
            "06017300", "03000000", "612e6200", "00000000",
            "08016700", "017500", "00",
            "04030201"]));
        Assert.Equal(expected, writer.CreateMessage().Memory.ToArray());
    }

    [Fact]
    public void HeaderFields_AreReadBack()
    {
        var call = new MessageWriter(7);
        call.WriteMethodCallHeader("org.x", "/p", "i.f", "Member", "s", MessageFlags.NoReplyExpected);
        call.WriteString("ü");
        Message m = Message.Parse(call.CreateMessage().Memory.ToArray());
        Assert.Equal((7u, MessageType.MethodCall, MessageFlags.NoReplyExpected), (m.Serial, m.MessageType, m.MessageFlags));
        Assert.Equal(("org.x", "/p", "i.f", "Member", "s"), (m.DestinationAsString, m.PathAsString, m.InterfaceAsString, m.MemberAsString, m.SignatureAsString));
        Assert.Equal("ü", m.GetBodyReader().ReadString());
        Assert.False(m.SenderIsSet || m.ErrorNameIsSet);

        var error = new MessageWriter(8);
        error.WriteError(5, ":1.2"u8, null, "text");
        m = Message.Parse(error.CreateMessage().Memory.ToArray());
        Assert.Equal((MessageType.Error, 5u, ":1.2"), (m.MessageType, m.ReplySerial, m.DestinationAsString));
        Assert.Equal("org.freedesktop.DBus.Error.Failed", m.ErrorNameAsString);

        var reply = new MessageWriter(9);
        reply.WriteMethodReturnHeader(6);
        m = Message.Parse(reply.CreateMessage().Memory.ToArray());
        Assert.Equal((MessageType.MethodReturn, 6u, "", false), (m.MessageType, m.ReplySerial, m.SignatureAsString, m.SignatureIsSet));
        Assert.Null(m.PathAsString);
    }

    [Fact]
    public void EveryShapeThatTravels_IsReadBack()
    {
        VariantValue[] values =
        [
            (byte)1, true, (short)-2, (ushort)3, -4, 5u, -6L, 7UL, 1.5, "text", (ObjectPath)"/o", (Signature)"a{sv}"u8,
            VariantValue.Array(new byte[] { 1, 2 }), VariantValue.Array(new[] { true, false }), VariantValue.Array(new short[] { -1 }),
            VariantValue.Array(new ushort[] { 1 }), VariantValue.Array(new[] { -1 }), VariantValue.Array(new[] { 1u }),
            VariantValue.Array(new[] { -1L }), VariantValue.Array(new[] { 1UL }), VariantValue.Array(new[] { 1.0 }),
            VariantValue.Array(new[] { "a", "" }), VariantValue.Array(new ObjectPath[] { "/a" }), VariantValue.Array(new Signature[] { "s"u8 }),
            VariantValue.Array(Array.Empty<uint>()),
            new Dict<string, string> { ["a"] = "b", ["c"] = "" },
            new Dict<uint, VariantValue> { [1] = "x", [2] = VariantValue.Variant(2u) },
            new Dict<string, Dict<string, VariantValue>> { ["vpn"] = new() { ["k"] = 1u } },
            new Array<Array<uint>> { new Array<uint> { 1, 2, 3, 4 }, new Array<uint>() },
            new Array<Array<uint>>(),
            new Array<Dict<string, VariantValue>> { new() { ["address"] = "10.9.0.1", ["prefix"] = 24u } },
            new Array<Struct<byte, string>> { Struct.Create((byte)1, "one") },
            Struct.Create((byte)1, 2UL, (VariantValue)"v", new Array<string> { "s" }),
            VariantValue.ArrayOfVariant(new VariantValue[] { 1u, "s", VariantValue.Variant((byte)1) }),
            VariantValue.Variant(VariantValue.Variant(1u)),
            VariantValue.Struct(1u, VariantValue.Variant("inner"), VariantValue.Struct("deep", (byte)1)),
            VariantValue.Dictionary(DBusType.Byte, "(yv)"u8, [KeyValuePair.Create<VariantValue, VariantValue>((byte)1, VariantValue.Struct((byte)1, VariantValue.Variant(2)))]),
        ];
        foreach (VariantValue value in values)
        {
            var writer = new MessageWriter(1);
            writer.WriteSignalHeader(null, "/p", "a.b", "M", "yv");
            writer.WriteByte(1);
            writer.WriteVariant(value);
            Reader reader = Message.Parse(writer.CreateMessage().Memory.ToArray()).GetBodyReader();
            reader.ReadByte();
            Assert.Equal(value, reader.ReadVariantValue());
        }
    }

    [Fact]
    public void ArraysAndDictionaries_AreReadBack()
    {
        var writer = new MessageWriter(1);
        writer.WriteSignalHeader(null, "/p", "a.b", "M", "asauayava{sv}a(us)n");
        writer.WriteArray(new[] { "x" });
        writer.WriteArray((IEnumerable<uint>)[1, 2]);
        writer.WriteArray("bytes"u8);
        writer.WriteArray(new VariantValue[] { 1u });
        writer.WriteDictionary([KeyValuePair.Create("k", (VariantValue)(-1))]);
        ArrayStart start = writer.WriteArrayStart(DBusType.Struct);
        writer.WriteStructureStart();
        writer.WriteUInt32(1);
        writer.WriteString("one"u8);
        writer.WriteArrayEnd(start);
        writer.WriteInt16(-5);
        Reader reader = Message.Parse(writer.CreateMessage().Memory.ToArray()).GetBodyReader();
        Assert.Equal(["x"], reader.ReadArrayOfString());
        Assert.Equal([1u, 2u], reader.ReadArrayOfUInt32());
        Assert.Equal("bytes"u8, reader.ReadArrayOfByte());
        Assert.Equal([(VariantValue)1u], reader.ReadArrayOfVariantValue());
        Assert.Equal(-1, reader.ReadDictionaryOfStringToVariantValue()["k"].GetInt32());
        ArrayEnd end = reader.ReadArrayStart(DBusType.Struct);
        Assert.True(reader.HasNext(end));
        Assert.Equal(1u, reader.ReadUInt32());
        Assert.Equal("one", reader.ReadString());
        Assert.False(reader.HasNext(end));
        Assert.Equal(-5, reader.ReadInt16());
    }

    [Theory]
    [InlineData("no/slash", "i.f", "M", null)]
    [InlineData("/p", "nodot", "M", null)]
    [InlineData("/p", "i.f", "M.M", null)]
    [InlineData("/p", "i.f", "M", "u")]
    [InlineData("/p", "i.f", "M", "a")]
    public void WhatTheBusWouldDisconnectUsFor_IsRefusedHere(string path, string @interface, string member, string? signature)
    {
        Assert.Throws<InvalidOperationException>(() =>
        {
            var writer = new MessageWriter(1);
            writer.WriteSignalHeader(null, path, @interface, member, signature);
            writer.CreateMessage();
        });
    }

    [Fact]
    public void WriterIsFinished_AfterItsMessage()
    {
        Assert.Throws<InvalidOperationException>(() => new MessageWriter(1).CreateMessage());
        Assert.Throws<InvalidOperationException>(() =>
        {
            var writer = new MessageWriter(1);
            writer.WriteSignalHeader(null, "/p", "a.b", "M");
            writer.CreateMessage();
            writer.WriteByte(1);
        });
        Assert.ThrowsAny<ArgumentException>(() => new MessageWriter(1).WriteString("\ud800"));
        Assert.ThrowsAny<ArgumentException>(() => new MessageWriter(1).WriteVariant(default));
    }
}
