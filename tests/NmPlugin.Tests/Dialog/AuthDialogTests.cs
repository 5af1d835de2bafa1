using System.Text;
using NmPlugin.Tests.Support;
using static NmPlugin.Tests.Support.AgentInput;
using static NmPlugin.Tests.Support.DialogRun;

namespace NmPlugin.Tests.Dialog;

/// <summary>What the dialog answers, for what profiles, callers and hints.</summary>
public sealed class AuthDialogTests
{
    private static async Task<Dictionary<string, Dictionary<string, string>>> GroupsAsync(string[] args, string input) => (await OfAsync(args, input)).Groups();

    [Fact]
    public async Task A01_PptpWithoutSecret()
    {
        var input = new MemoryStream(Encoding.UTF8.GetBytes(Nmcli([("gateway", "vpn.example.org"), ("user", "bob")])));
        DialogRun run = await OfAsync([.. Who(Pptp), "--external-ui-mode", "-i"], input, service: Pptp);
        Assert.Equal(
            """
            [VPN Plugin UI]
            Version=2
            Title=VPN work
            Description=A password is needed for the VPN connection 'work'.

            [password]
            Value=
            Label=Password
            IsSecret=true
            ShouldAsk=true

            """,
            run.Output);
        Assert.Equal((0, ""), (run.Status, run.Errors));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("zz")]
    public async Task A02_AsksForThePassword(string flags)
    {
        Dictionary<string, Dictionary<string, string>> groups = await GroupsAsync(External("-i"), Nmcli(With(("password-flags", flags))));
        Assert.Equal(["VPN Plugin UI", "password"], groups.Keys);
        Assert.Equal("true", groups["password"]["ShouldAsk"]);
    }

    [Fact]
    public async Task A03_HintedPasswordIsAskedThoughKnown()
    {
        Dictionary<string, Dictionary<string, string>> groups =
            await GroupsAsync(External("-i", "-t", "password", "-t", "x-vpn-message:Wrong password; again"), Nmcli(Base, ("password", "old")));
        Assert.Equal(("true", "old"), (groups["password"]["ShouldAsk"], groups["password"]["Value"]));
        Assert.Equal("Wrong password; again", groups["VPN Plugin UI"]["Description"]);
    }

    [Theory]
    [InlineData("x-vpn-message:")]
    [InlineData("x-vpn-message:  ")]
    [InlineData("no-such-secret")]
    [InlineData("")]
    public async Task HintsThatSayNothingChangeNothing(string hint)
    {
        DialogRun plain = await OfAsync(External("-i"), Nmcli(Base));
        Assert.Equal(plain, await OfAsync(External("-i", "-t", hint), Nmcli(Base)));
    }

    [Fact]
    public async Task A04_NoConnectionTypeIsPassword()
    {
        Dictionary<string, Dictionary<string, string>> groups = await GroupsAsync(External("-i"), Nmcli([("gateway", "vpn.example.org")]));
        Assert.Equal("true", groups["password"]["ShouldAsk"]);
    }

    [Theory]
    [InlineData("tls-user-key-secret")]
    [InlineData("proxy-password")]
    public async Task A05_A06_OtherSecretsWhenTheServiceHintsAtThem(string secret)
    {
        Dictionary<string, Dictionary<string, string>> groups = await GroupsAsync(External("-i", "-t", secret), Nmcli(With(("connection-type", "tls"))));
        Assert.Equal(["VPN Plugin UI", secret], groups.Keys);
        Assert.Equal(("true", "true"), (groups[secret]["ShouldAsk"], groups[secret]["IsSecret"]));
        Assert.NotEqual("", groups[secret]["Label"]);
    }

    [Theory]
    [InlineData("password-flags", "4", "-i")]
    [InlineData("password-flags", "4", "-r")]
    [InlineData("connection-type", "tls", "-i")]
    public async Task A07_NothingNeeded(string key, string value, string option)
    {
        Dictionary<string, Dictionary<string, string>> groups = await GroupsAsync(External(option), Nmcli(With((key, value))));
        Assert.Equal(["VPN Plugin UI", "no-secret"], groups.Keys);
        Assert.Equal(("true", "false", "true"), (groups["no-secret"]["Value"], groups["no-secret"]["ShouldAsk"], groups["no-secret"]["IsSecret"]));
        Assert.All(["Title", "Description"], key => Assert.NotEqual("", groups["VPN Plugin UI"][key]));
    }

    [Theory]
    [InlineData("2", "", "true")]
    [InlineData("3", "", "true")]
    [InlineData("1", "stored", "false")]
    [InlineData("0", "stored", "false")]
    [InlineData("4", "stored", "false")]
    public async Task A08_NotSavedIsNotReused(string flags, string value, string ask)
    {
        Dictionary<string, Dictionary<string, string>> groups =
            await GroupsAsync(External("-i"), Nmcli(With(("password-flags", flags)), ("password", "stored")));
        Assert.Equal((value, ask), (groups["password"]["Value"], groups["password"]["ShouldAsk"]));
    }

    [Fact]
    public async Task NotSavedIsNotProposedEither()
    {
        DialogRun run = await OfAsync(External("-i", "-r", "-t", "password"), Nmcli(With(("password-flags", "2")), ("password", "stored")));
        Assert.Equal("", run.Groups()["password"]["Value"]);
        Assert.DoesNotContain("stored", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T79_WithoutInteractionNothingIsAsked()
    {
        Dictionary<string, Dictionary<string, string>> known = await GroupsAsync(External("-t", "password", "-r"), Shell(Base, ("password", "pw")));
        Assert.Equal(("pw", "false"), (known["password"]["Value"], known["password"]["ShouldAsk"]));
        Dictionary<string, Dictionary<string, string>> unknown = await GroupsAsync(External(), Shell(Base));
        Assert.Equal(("", "false"), (unknown["password"]["Value"], unknown["password"]["ShouldAsk"]));
    }

    [Fact]
    public async Task T79_Reprompt()
    {
        Dictionary<string, Dictionary<string, string>> groups = await GroupsAsync(External("-i", "-r"), Shell(Base, ("password", "pw")));
        Assert.Equal(("pw", "true"), (groups["password"]["Value"], groups["password"]["ShouldAsk"]));
    }

    [Fact]
    public async Task T79_EveryCallersShapeGivesTheSameAnswer()
    {
        (string, string)[] data = With(("ca-cert", "two\nlines"));
        DialogRun nmcli = await OfAsync([.. Who(), "--external-ui-mode", "-i", "-t", "password"], Nmcli(data, ("password", "a=b")));
        DialogRun shell = await OfAsync([.. Who(), "--external-ui-mode", "-i", "-t", "password"], Shell(data, ("password", "a=b")));
        DialogRun applet = await OfAsync([.. Who(), "-i", "-t", "password", "--external-ui-mode"], Applet(data, ("password", "a=b")));
        Assert.Equal("a=b", nmcli.Groups()["password"]["Value"]);
        Assert.Equal(nmcli, shell);
        Assert.Equal(nmcli, applet);
    }

    [Theory]
    [InlineData("two\nlines", "two\\nlines")]
    [InlineData("  lead\t", "\\s\\slead\t")]
    [InlineData("\tlead", "\\tlead")]
    [InlineData("a;b\\;c", "a;b\\\\;c")]
    [InlineData("[x]=#y", "[x]=#y")]
    [InlineData("grün 🔑 ", "grün 🔑 ")]
    [InlineData("end\r", "end\\r")]
    public async Task T79_ValuesThatNeedEscapes(string password, string written)
    {
        Dictionary<string, Dictionary<string, string>> groups = await GroupsAsync(External("-i"), Nmcli(Base, ("password", password)));
        Assert.Equal(written, groups["password"]["Value"]);
        Assert.Equal(2, groups.Count);
    }

    [Fact]
    public async Task NameAndMessageCannotForgeAGroup()
    {
        string[] args = ["-u", "u", "-n", "a\n[password]\nValue=x", "-s", Sstp, "--external-ui-mode", "-i", "-t", "x-vpn-message:m\n\n[other]\nValue=y"];
        Dictionary<string, Dictionary<string, string>> groups = await GroupsAsync(args, Nmcli(Base));
        Assert.Equal(["VPN Plugin UI", "password"], groups.Keys);
        Assert.Equal("", groups["password"]["Value"]);
    }

    [Fact]
    public async Task A06_ProxyPasswordIsAskedForWhereAProxyIsUsed()
    {
        (string, string)[] data = With(("proxy-server", "p"), ("proxy-port", "80"), ("proxy-user", "u"));
        Assert.Equal(["VPN Plugin UI", "password", "proxy-password"], (await GroupsAsync(External("-i"), Nmcli(data))).Keys);
        Assert.Equal(["VPN Plugin UI", "password"], (await GroupsAsync(External("-i"), Nmcli(With(("proxy-server", "p"), ("proxy-port", "junk"))))).Keys);
    }

    [Fact]
    public async Task UnknownConnectionTypeIsSaid()
    {
        DialogRun run = await OfAsync(External("-i"), Nmcli(With(("connection-type", "foo")), ("password", "pw-0815")));
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Contains("connection-type", run.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("pw-0815", run.Errors, StringComparison.Ordinal);
    }
}
