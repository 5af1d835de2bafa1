using TunnelCli.Options;
using TunnelCli.Pptp;

namespace TunnelCli.Tests.Pptp;

/// <summary>The command-line cases L01 to L15, and every spelling of the table of options.</summary>
public sealed class PptpOptionTests
{
    public static TheoryData<string, string> Effects => new()
    {
        { "--phone 5551234", "Phone=5551234" },
        { "--nolaunchpppd", "NoLaunchPppd=True" },
        { "--quirks BEZEQ_ISRAEL", "Quirk=BezeqIsrael" },
        { "--debug", "Debug=True" },
        { "--sync", "Sync=True" },
        { "--timeout 0.01", "ReorderTimeout=00:00:00.0100000" },
        { "--timeout 10", "ReorderTimeout=00:00:10" },
        { "--logstring me", "LogString=me" },
        { "--localbind 127.0.0.1", "LocalBind=127.0.0.1" },
        { "--bind 127.0.0.1", "LocalBind=127.0.0.1" },
        { "--loglevel 0", "LogLevel=0" },
        { "--loglevel 3", "LogLevel=2 Warnings=--loglevel 3 taken as 2" },
        { "--nobuffer", "NoBuffer=True" },
        { "--idle-wait 0", "IdleWait=00:00:00" },
        { "--max-echo-wait 5", "MaxEchoWait=00:00:05" },
        { "--version", "Version=True" },
        { "--vers", "Version=True" },
        { "--test-type 1", "TestType=1" },
        { "--test-rate 7", "TestRate=7" },
        { "--rtmark 0x10", "RoutingMark=16" },
        { "--rtmark 16", "RoutingMark=16" },
        { "--nohostroute", "NoHostRoute=True" },
        { "--missing-window 5", "MissingWindow=5" },
        { "--speed 115200", "Speed=115200 LaunchOnly=--speed" },
        { "--nobsdcomp", "MappedWords=nobsdcomp LaunchOnly=--nobsdcomp" },
        { "--novj", "MappedWords=novj LaunchOnly=--novj" },
        { "--nodefaultroute", "MappedWords=nodefaultroute LaunchOnly=--nodefaultroute" },
        { "--noencrypt", "MappedWords=nomppe LaunchOnly=--noencrypt" },
        { "--require-mppe", "MappedWords=require-mppe LaunchOnly=--require-mppe" },
        { "--require-mppe-128", "MappedWords=require-mppe-128 LaunchOnly=--require-mppe-128" },
        { "--pppd debug", "MappedWords=debug LaunchOnly=--pppd" },
        { "--pidfile /p", "PidFile=/p" },
        { "--help", "Help=True" },
        { "--port 99", "Port=99" },
        { "--connect-timeout 2.5", "ConnectTimeout=00:00:02.5000000" },
        { "--data-path user", "DataPath=user" },
        { "--exit-codes extended", "ExtendedExitCodes=True" },
        { "--send-sli", "SendSetLinkInfo=True" },
        { "--window 3", "Window=3" },
        { "--ready-descriptor 3", "ReadyDescriptor=3" },
        { "--quirks mppe_stateless", "Warnings=--quirks mppe_stateless does nothing: no version of pptp had it, and stateless MPPE is pppd's default" },
        { "--quirks remote_ip", "Warnings=--quirks remote_ip does nothing: no version of pptp had it" },
        { "--quirks nocrash", "Warnings=--quirks nocrash does nothing: no version of pptp had it" },
        { "--quirks noresetroute", "Warnings=--quirks noresetroute does nothing: no version of pptp had it" },
    };

    [Theory]
    [MemberData(nameof(Effects))]
    public void L10_OptionBeforeAndAfterTheHost_ChangesExactlyThat(string option, string effect)
    {
        string[] words = option.Split(' ');
        foreach (string[] line in (string[][])[[.. words, "host", "noauth"], ["host", .. words, "noauth"], ["host", "noauth", .. words]])
        {
            PptpOptionSet draft = new();
            PptpOptionTable.Parse(line, draft);
            Assert.Equal("host", draft.Server);
            Assert.Equal(["noauth"], draft.PppdWords);
            Assert.Equal(effect, string.Join(' ', Differences(draft)));
        }
    }

    [Fact]
    public void EveryOptionOfTheTable_IsInThatList()
    {
        string all = string.Join(' ', Effects.Select(row => (string)row[0])) + " --set-mppe-key";
        foreach (OptionRow<PptpOptionSet> row in PptpOptionTable.All)
        {
            foreach (string name in row.Aliases.Append(row.Name))
            {
                Assert.Contains("--" + name, all, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData(1, "--frobnicate", "host")] // L01
    [InlineData(1, "-x", "host")]
    [InlineData(1, "host", "-detach")] // L09
    [InlineData(2, "--timeout", "0.001", "host")] // L03
    [InlineData(2, "--timeout", "0.0099", "host")]
    [InlineData(2, "--timeout", "11", "host")]
    [InlineData(2, "--timeout", "abc", "host")]
    [InlineData(2, "--timeout", "NaN", "host")]
    [InlineData(1, "--loglevel", "-1", "host")] // L04
    [InlineData(1, "--loglevel", "10", "host")]
    [InlineData(2, "--idle-wait", "-1", "host")] // L05
    [InlineData(2, "--max-echo-wait", "-1", "host")]
    [InlineData(2, "--missing-window", "0", "host")]
    [InlineData(2, "--localbind", "foo", "host")]
    [InlineData(2, "--localbind", "::1", "host")]
    [InlineData(2, "--localbind", "10", "host")]
    [InlineData(1, "--quirks", "foo", "host")] // L07
    [InlineData(1, "--quirks", "bezeq_israel", "host")]
    [InlineData(1, "--nobuffer=1", "host")] // L08
    [InlineData(1, "host", "--phone")]
    [InlineData(2, "--set-mppe-key", "k", "host")]
    [InlineData(2, "--data-path", "kernel", "host")]
    [InlineData(2, "--pidfile", "relative", "host")]
    [InlineData(1, "--ping-rate", "1", "host")]
    [InlineData(1, "--route-all", "host")]
    [InlineData(1, "--remove-host-route", "host")]
    [InlineData(1, "--log-string", "x", "host")]
    [Shows("pptp", "set-mppe-key", "data-path")]
    public void WhatMakesNoSense_IsRefused_WithItsStatus(int status, params string[] line)
    {
        OptionException error = Assert.Throws<OptionException>(() => PptpOptionTable.Parse(line, new PptpOptionSet()));
        Assert.Equal(status, error.ExitStatus);
    }

    [Theory]
    [InlineData("--no", "NoLaunchPppd=True")] // L11: the first of the old table
    [InlineData("--lo x", "LogString=x")]
    [InlineData("--t 1", "ReorderTimeout=00:00:01")]
    [InlineData("--m 5", "MaxEchoWait=00:00:05")]
    [InlineData("--n", "NoLaunchPppd=True")]
    public void L11_AmbiguousPrefix_IsTheHistoricalWinner_WithAWarning(string option, string effect)
    {
        PptpOptionSet draft = new();
        CommandLine line = PptpOptionTable.Parse([.. option.Split(' '), "host"], draft);
        Assert.Equal(effect, string.Join(' ', Differences(draft)));
        Assert.Contains("may mean several options", Assert.Single(line.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--nob", "NoBuffer=True")] // an option that only a manual page has does not make it ambiguous
    [InlineData("--p 5", "Phone=5")]
    [InlineData("--r 5", "RoutingMark=5")]
    [InlineData("--require-mppe", "MappedWords=require-mppe LaunchOnly=--require-mppe")]
    public void UniquePrefixOfTheOldTable_StaysUnique(string option, string effect)
    {
        PptpOptionSet draft = new();
        Assert.Empty(PptpOptionTable.Parse([.. option.Split(' '), "host"], draft).Warnings);
        Assert.Equal(effect, string.Join(' ', Differences(draft)));
    }

    [Fact]
    public void L09_BehindTheDashes_WordsArePppds()
    {
        PptpOptionSet draft = new();
        PptpOptionTable.Parse(["host", "--", "-detach", "--sync"], draft);
        Assert.Equal(["-detach", "--sync"], draft.PppdWords);
        Assert.False(draft.Sync);
    }

    [Fact]
    public void L10_ValueWithABlank_IsOneValue()
    {
        PptpOptionSet draft = new();
        PptpOptionTable.Parse(["--logstring", "a b", "host"], draft);
        Assert.Equal("a b", draft.LogString);
    }

    [Theory]
    [InlineData("--nobsdcomp", "nobsdcomp")]
    [InlineData("--novj", "novj")]
    [InlineData("--nodefaultroute", "nodefaultroute")]
    [InlineData("--noencrypt", "nomppe")]
    [InlineData("--require-mppe", "require-mppe")]
    [InlineData("--require-mppe-128", "require-mppe-128")]
    [InlineData("--pppd=mtu 1300", "mtu 1300")]
    [InlineData("--pppd=name \"a b\"", "name|a b")]
    [Shows("pptp", "nobsdcomp", "novj", "nodefaultroute", "noencrypt", "require-mppe", "require-mppe-128", "pppd")]
    public void L12_PppdsWord_FollowsTheUsersOwn(string option, string words)
    {
        PptpOptionSet draft = new();
        PptpOptionTable.Parse([option, "host", "noauth", "debug"], draft);
        string[] wanted = words.Contains('|', StringComparison.Ordinal) ? words.Split('|') : words.Split(' ');
        Assert.Equal(["/dev/pts/7", "38400", "noauth", "debug", .. wanted], PptpLaunch.PppdArguments("/dev/pts/7", draft));
    }

    [Fact]
    [Shows("pptp", "speed", "debug")]
    public void L12_WordsThatAreThereAlready_AreNotRepeated()
    {
        PptpOptionSet draft = new();
        PptpOptionTable.Parse(["--novj", "--novj", "--nobsdcomp", "--speed", "9600", "--debug", "--sync", "host", "novj"], draft);
        Assert.Equal(["/dev/pts/7", "9600", "sync", "novj", "nobsdcomp", "nodetach"], PptpLaunch.PppdArguments("/dev/pts/7", draft));
    }

    [Fact]
    public void L12_WithNoLaunchPppd_ThereIsAWarning()
    {
        PptpOptionSet draft = new();
        Assert.Equal(["--novj, --speed ignored: pppd already runs"], PptpOptionTable.Parse(["host", "--nolaunchpppd", "--novj", "--speed", "1"], draft).Warnings);
    }

    /// <summary>As NetworkManager's PPTP service of Debian calls it.</summary>
    [Fact]
    public void L14_TheServicesCall_IsUnderstood()
    {
        PptpOptionSet draft = new();
        CommandLine line = PptpOptionTable.Parse(["192.0.2.1", "--nolaunchpppd", "--loglevel", "0", "--logstring", "nm-pptp-service-123"], draft);
        Assert.Equal("192.0.2.1", draft.Server);
        Assert.Equal("NoLaunchPppd=True LogString=nm-pptp-service-123 LogLevel=0", string.Join(' ', Differences(draft)));
        Assert.Empty(line.Warnings);
    }

    /// <summary>What the launcher hands to the process that makes the call is what it was given, and nothing of pppd's words.</summary>
    [Fact]
    public void TheGatewaysCommandLine_SaysTheSame()
    {
        string[] given =
        [
            "--phone", "1", "--quirks", "BEZEQ_ISRAEL", "--debug", "--sync", "--timeout", "0.5", "--logstring", "x y", "--localbind", "127.0.0.2", "--loglevel", "1",
            "--nobuffer", "--idle-wait", "7", "--max-echo-wait", "8", "--rtmark", "0xfffffff0", "--nohostroute", "--missing-window", "9", "--test-type", "2",
            "--test-rate", "3", "--pidfile", "/p", "--port", "99", "--connect-timeout", "1.5", "--data-path", "user", "--exit-codes", "extended", "--send-sli",
            "--window", "5", "host", "password", "secret",
        ];
        PptpOptionSet first = new();
        PptpOptionTable.Parse(given, first);
        IReadOnlyList<string> words = PptpLaunch.GatewayArguments(first);
        Assert.DoesNotContain("secret", words);
        PptpOptionSet second = new();
        PptpOptionTable.Parse(words, second);
        Assert.Equal("host", second.Server);
        string[] launchers = ["NoLaunchPppd=True", "ReadyDescriptor=3"];
        Assert.Equal(Differences(first), Differences(second).Except(launchers));
        Assert.Equal(launchers, Differences(second).Intersect(launchers));
    }

    [Fact]
    public void TheHelp_FitsAScreen()
    {
        string[] lines = PptpUsage.Help.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length <= 45, $"{lines.Length} lines");
        Assert.All(lines, line => Assert.True(line.Length <= 110, line));
        Assert.StartsWith("pptp version ", PptpUsage.Version, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData("  a\t b ", "a|b")]
    [InlineData("'a b' c", "a b|c")]
    [InlineData("\"a \\\" b\" ''", "a \" b|")]
    [InlineData("a\\ b", "a b")]
    [InlineData("$(reboot) `x`", "$(reboot)|`x`")]
    public void Words_AreSplitLikeAShells_AndNothingIsExpanded(string text, string words) =>
        Assert.Equal(words.Split('|'), WordList.Split(text));

    [Fact]
    public void AnOpenQuote_IsNoWordList() => Assert.Null(WordList.Split("a 'b"));

    private static List<string> Differences(PptpOptionSet draft)
    {
        PptpOptionSet fresh = new();
        List<string> found = [];
        foreach (System.Reflection.PropertyInfo property in typeof(PptpOptionSet).GetProperties().Where(p => p.Name is not ("Server" or "PppdWords")))
        {
            string was = Text(property.GetValue(fresh)), now = Text(property.GetValue(draft));
            if (was != now)
            {
                found.Add($"{property.Name}={now}");
            }
        }

        return found;
    }

    private static string Text(object? value) => value is IReadOnlyList<string> list ? string.Join('|', list) : value?.ToString() ?? "";
}
