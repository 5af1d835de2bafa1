using Tmds.DBus.Protocol;

namespace DBus.Tests;

public sealed class GrammarTests
{
    [Theory]
    [InlineData("", true)]
    [InlineData("ybnqiuxtdsogvh", true)]
    [InlineData("a{sa{sv}}a(ayuay)aay", true)]
    [InlineData("(y(s))", true)]
    [InlineData("a", false)]
    [InlineData("()", false)]
    [InlineData("(y", false)]
    [InlineData("y)", false)]
    [InlineData("{sv}", false)]
    [InlineData("a{s}", false)]
    [InlineData("a{svv}", false)]
    [InlineData("a{vs}", false)]
    [InlineData("a{(s)s}", false)]
    [InlineData("a{sv", false)]
    [InlineData("z", false)]
    [InlineData("e", false)]
    public void Signature_Grammar(string signature, bool isValid) => Assert.Equal(isValid, SignatureGrammar.IsValid(signature));

    [Fact]
    public void Signature_Limits()
    {
        Assert.True(SignatureGrammar.IsValid(new string('y', 255)));
        Assert.False(SignatureGrammar.IsValid(new string('y', 256)));
        Assert.True(SignatureGrammar.IsSingle("a{sv}"));
        Assert.False(SignatureGrammar.IsSingle("yy"));
        Assert.False(SignatureGrammar.IsSingle(""));
        Assert.False(SignatureGrammar.IsValid(string.Concat(Enumerable.Repeat("a{y", 33)) + "y" + new string('}', 33)));
        Assert.True(SignatureGrammar.IsValid(string.Concat(Enumerable.Repeat("a{y", 32)) + "y" + new string('}', 32)));
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/a/B_9", true)]
    [InlineData("", false)]
    [InlineData("a", false)]
    [InlineData("/a/", false)]
    [InlineData("//", false)]
    [InlineData("/a-b", false)]
    [InlineData("/ä", false)]
    public void ObjectPath_Grammar(string path, bool isValid) => Assert.Equal(isValid, NameGrammar.IsObjectPath(path));

    [Theory]
    [InlineData(":1.42", true)]
    [InlineData(":a.-b", true)]
    [InlineData("org.free-desktop._x", true)]
    [InlineData("org.1x", false)]
    [InlineData("org", false)]
    [InlineData(":1", false)]
    [InlineData(":", false)]
    [InlineData(".org.x", false)]
    [InlineData("org.x.", false)]
    [InlineData("org.ä", false)]
    public void BusName_Grammar(string name, bool isValid) => Assert.Equal(isValid, NameGrammar.IsBusName(name));

    [Theory]
    [InlineData("a.b", true)]
    [InlineData("a.b_1", true)]
    [InlineData("a.b-c", false)]
    [InlineData("a", false)]
    [InlineData("a.1", false)]
    public void Interface_Grammar(string name, bool isValid) => Assert.Equal(isValid, NameGrammar.IsInterface(name));

    [Theory]
    [InlineData("unix:path=/run/bus", "/run/bus")]
    [InlineData("unix:path=/run/%20b%c3%bc", "/run/ bü")]
    [InlineData("unix:abstract=x,guid=0123456789abcdef0123456789abcdef", "@x")]
    [InlineData("tcp:host=localhost,port=55", "Unspecified/localhost:55")]
    [InlineData("launchd:env=X", null)]
    public void Address_IsParsed(string entry, string? endPoint)
        => Assert.Equal(endPoint, BusAddress.Parse(entry).EndPoint?.ToString());

    [Theory]
    [InlineData("unix")]
    [InlineData("unix:")]
    [InlineData("unix:path")]
    [InlineData("unix:path=/a,abstract=b")]
    [InlineData("unix:path=/a,path=/b")]
    [InlineData("unix:path=%2")]
    [InlineData("unix:path=%zz")]
    [InlineData("unix:path=/a,guid=12")]
    [InlineData("tcp:host=localhost")]
    [InlineData("tcp:host=localhost,port=70000")]
    public void Address_Malformed(string entry) => Assert.ThrowsAny<ArgumentException>(() => BusAddress.Parse(entry));
}
