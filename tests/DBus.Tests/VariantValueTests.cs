using Tmds.DBus.Protocol;

namespace DBus.Tests;

public sealed class VariantValueTests
{
    [Fact]
    public void Types_AreTold()
    {
        VariantValue dict = new Dict<string, VariantValue> { ["k"] = 1u };
        Assert.Equal((VariantValueType.Dictionary, VariantValueType.String, VariantValueType.Variant, 1), (dict.Type, dict.KeyType, dict.ValueType, dict.Count));
        Assert.Equal(VariantValueType.UInt32, dict.GetDictionaryEntry(0).Value.Type);
        VariantValue empty = new Array<Array<uint>>();
        Assert.Equal((VariantValueType.Array, VariantValueType.Array, 0), (empty.Type, empty.ItemType, empty.Count));
        Assert.Equal(VariantValueType.Dictionary, ((VariantValue)new Array<Dict<string, string>>()).ItemType);
        Assert.Equal(VariantValueType.Invalid, default(VariantValue).Type);
        Assert.Equal(-1, ((VariantValue)1u).Count);
        Assert.Equal("1 [UInt32]", ((VariantValue)1u).ToString());
    }

    [Fact]
    public void WrongType_IsRefused()
    {
        VariantValue number = 1u;
        Assert.Throws<InvalidOperationException>(() => number.GetString());
        Assert.Throws<InvalidOperationException>(() => number.GetInt32());
        Assert.Throws<InvalidOperationException>(() => number.GetItem(0));
        VariantValue array = VariantValue.Array(new[] { 1u });
        Assert.Throws<InvalidOperationException>(() => array.GetArray<int>());
        Assert.Throws<InvalidOperationException>(() => array.GetArray<string>());
        Assert.Throws<InvalidOperationException>(() => array.GetDictionary<string, string>());
        VariantValue dict = new Dict<string, VariantValue> { ["k"] = "v" };
        Assert.Throws<InvalidOperationException>(() => dict.GetDictionary<string, string>());
        Assert.Throws<InvalidOperationException>(() => dict.GetDictionary<uint, VariantValue>());
        Assert.ThrowsAny<Exception>(() => array.GetItem(1));
    }

    [Fact]
    public void ArraysOfValues_WorkForEveryItemType()
    {
        Assert.Equal([(VariantValue)1u, 2u], VariantValue.Array(new[] { 1u, 2u }).GetArray<VariantValue>());
        VariantValue nested = new Array<Array<uint>> { new Array<uint> { 1 } };
        Assert.Equal([1u], nested.GetArray<VariantValue>()[0].GetArray<uint>());
        Dictionary<string, VariantValue> texts = ((VariantValue)new Dict<string, string> { ["a"] = "b" }).GetDictionary<string, VariantValue>();
        Assert.Equal("b", texts["a"].GetString());
    }

    [Fact]
    public void Equality_ComparesTypeAndContent()
    {
        Assert.NotEqual((VariantValue)1u, (VariantValue)1);
        Assert.Equal(VariantValue.Array(new[] { 1u }), (VariantValue)new Array<uint> { 1 });
        Assert.NotEqual(VariantValue.Array(Array.Empty<uint>()), VariantValue.Array(Array.Empty<string>()));
        Assert.NotEqual((VariantValue)"a", VariantValue.Variant("a"));
        Assert.True((VariantValue)"a" == "a" && (VariantValue)"a" != "b");
        Assert.Equal(((VariantValue)"a").GetHashCode(), ((VariantValue)"a").GetHashCode());
    }

    [Fact]
    public void Mismatches_AreRefused()
    {
        Assert.ThrowsAny<ArgumentException>(() => VariantValue.Array("au"u8, new VariantValue[] { 1u }));
        Assert.ThrowsAny<ArgumentException>(() => VariantValue.Array("u"u8, new VariantValue[] { 1u }));
        Assert.ThrowsAny<ArgumentException>(() => VariantValue.Array("a"u8, Array.Empty<VariantValue>()));
        Assert.ThrowsAny<ArgumentException>(() => VariantValue.Dictionary(DBusType.Variant, "s"u8, []));
        Assert.ThrowsAny<ArgumentException>(() => VariantValue.Struct(default));
        Assert.ThrowsAny<ArgumentException>(() => VariantValue.String(null!));
    }

    [Fact]
    public void Builders_AreReadOnlyOnceConverted()
    {
        var array = new Array<uint> { 1 };
        var dict = new Dict<string, uint> { ["a"] = 1 };
        _ = (VariantValue)array;
        _ = (VariantValue)dict;
        Assert.Throws<InvalidOperationException>(() => array.Add(2));
        Assert.Throws<InvalidOperationException>(() => dict["b"] = 2);
    }
}
