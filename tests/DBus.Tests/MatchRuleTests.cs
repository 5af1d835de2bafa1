using Tmds.DBus.Protocol;

namespace DBus.Tests;

public sealed class MatchRuleTests
{
    [Fact]
    public void Rule_HasTheKeysThatTheBusKnows()
    {
        var rule = new MatchRule
        {
            Type = MessageType.Signal,
            Sender = "a.b",
            Interface = "c.d",
            Member = "M",
            Path = "/p",
            PathNamespace = "/n",
            Destination = ":1.2",
            Arg0 = "x",
            Arg0Path = "/y",
            Arg0Namespace = "z",
        };
        Assert.Equal(
            "type=signal,sender=a.b,interface=c.d,member=M,path=/p,path_namespace=/n,destination=:1.2,arg0=x,arg0path=/y,arg0namespace=z",
            rule.ToString());
    }

    [Theory]
    [InlineData("a,b", "arg0='a,b'")]
    [InlineData("it's", "arg0=it\\'s")]
    [InlineData("a,'b,c", "arg0='a,'\\''b,c'")]
    [InlineData("back\\slash", "arg0='back\\slash'")]
    [InlineData("", "arg0=")]
    public void Values_AreQuoted(string value, string expected) => Assert.Equal(expected, new MatchRule { Arg0 = value }.ToString());

    [Theory]
    [InlineData("/a/b", "/a", true)]
    [InlineData("/a", "/a", true)]
    [InlineData("/ab", "/a", false)]
    [InlineData("/a", "/", true)]
    public void PathNamespace_Matches(string path, string @namespace, bool expected)
    {
        Message message = Message.Parse(Wire.Message(false, 4, w => w.Field(1, "o", path).Field(2, "s", "a.b").Field(3, "s", "M")));
        Assert.Equal(expected, new MatchRule { PathNamespace = @namespace }.MatchesContent(message));
    }

    [Theory]
    [InlineData("s", "org.x", true, false)]
    [InlineData("s", "org.x.y", false, true)]
    [InlineData("s", "org.xy", false, false)]
    [InlineData("o", "/org", false, false)]
    public void FirstArgument_Matches(string signature, string value, bool equal, bool under)
    {
        Message message = Message.Parse(Wire.Signal(false, signature, w => w.Text(value)));
        Assert.Equal(equal, new MatchRule { Arg0 = "org.x" }.MatchesContent(message));
        Assert.Equal(equal || under, new MatchRule { Arg0Namespace = "org.x" }.MatchesContent(message));
    }
}
