using TunnelCli.Logging;
using TunnelCli.Options;
using TunnelCli.Sstpc;

namespace TunnelCli.Tests.Sstpc;

/// <summary>Every spelling that sstp-client's program, its manual page or its callers know.</summary>
public sealed class SstpcOptionTests
{
    /// <summary>Option as written, and what it must change.</summary>
    public static TheoryData<string, string> Effects => new()
    {
        { "--ca-cert /a.pem", "CaFile=/a.pem" },
        { "--ca-cert=/a.pem", "CaFile=/a.pem" },
        { "--ca-path /d", "CaDirectory=/d" },
        { "--ca-dir /d", "CaDirectory=/d" },
        { "--cert-warn", "CertWarn=True" },
        { "--cert", "CertWarn=True" },
        { "--crl-file /c", "CrlFile=/c" },
        { "--crl-path /c", "CrlDirectory=/c" },
        { "--help", "Help=True" },
        { "--version", "Version=True" },
        { "-v", "Version=True" },
        { "--host name", "Host=name" },
        { "--ipparam lab", "IpParam=lab" },
        { "--nolaunchpppd", "NoLaunchPppd=True" },
        { "--nol", "NoLaunchPppd=True" },
        { "--user u", "User=u" },
        { "--password p", "Password=***" },
        { "--proxy http://p:1", "Proxy=http://p:1" },
        { "--save-server-route", "SaveServerRoute=True" },
        { "--uuid abc-1", "Uuid=abc-1" },
        { "--tls-ext", "" },
        { "--debug", "" },
        { "--priv-user u", "PrivUser=u" },
        { "--priv-group g", "PrivGroup=g" },
        { "--priv-dir /d", "PrivDirectory=/d" },
        { "--port 8443", "Port=8443" },
        { "--log-level 4", "LogLevel=4" },
        { "--log-level=4", "LogLevel=4" },
        { "--log-stderr", "LogTarget=StandardError" },
        { "--log-stdout", "LogTarget=StandardOutput" },
        { "--log-stderr --log-stdout", "LogTarget=StandardOutput" },
        { "--log-stdout --log-syslog", "" },
        { "--log-syslog /run/log", "SyslogSocket=/run/log" },
        { "--log-file /l", "LogFile=/l" },
        { "--log-file=/l", "LogFile=/l" },
        { "--log-lineno", "LogLineNumbers=True" },
        { "--log-fileno", "LogLineNumbers=True" },
        { "--log-ident me", "LogIdent=me" },
        { "--log-token a,b", "LogTokens=a|b" },
        { "--log-filter a,b", "LogTokens=a|b" },
    };

    [Theory]
    [MemberData(nameof(Effects))]
    public void OptionBeforeAndAfterTheHost_ChangesExactlyOneThing(string option, string effect)
    {
        string[] words = option.Split(' ');
        foreach (string[] line in (string[][])[[.. words, "host"], ["host", .. words]])
        {
            if (line[^1] == "--log-syslog" || line is ["--log-file", ..] or [.., "--log-file"])
            {
                continue;
            }

            SstpcOptions draft = new();
            SstpcOptionTable.Parse(line, draft);
            Assert.Equal("host", draft.Server);
            Assert.Equal(effect, string.Join(' ', Differences(draft)));
        }
    }

    [Fact]
    public void EveryOptionOfTheTable_IsInThatList()
    {
        string all = string.Join(' ', Effects.Select(row => (string)row[0]));
        foreach (OptionRow<SstpcOptions> row in SstpcOptionTable.All)
        {
            foreach (string name in row.Aliases.Append(row.Name))
            {
                Assert.Contains("--" + name, all, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("--log-level needs a value", "host", "--log-level")]
    [InlineData("--log-level must be a number from 0 to 6", "host", "--log-level", "7")]
    [InlineData("--log-level must be a number from 0 to 6", "host", "--log-level", "--cert-warn")]
    [InlineData("--port must be a number from 1 to 65535", "--port", "0", "host")]
    [InlineData("--priv-dir must be an absolute path", "--priv-dir", "x", "host")]
    [InlineData("--ipparam must have 1 to 64 characters and no '/'", "--ipparam", "../etc", "host")]
    [InlineData("--uuid must have 1 to 63 visible ASCII characters, not a\\x0Db", "--uuid", "a\rb", "host")]
    [InlineData("--tls-ext takes no value", "--tls-ext=1", "host")]
    [InlineData("unknown option --frobnicate", "--frobnicate", "host")]
    [InlineData("unknown option --", "--=x", "host")]
    [InlineData("--h may mean --help or --host", "--h", "host")]
    [InlineData("--log-s may mean --log-syslog or --log-stderr or --log-stdout", "--log-s", "host")]
    [InlineData("unknown option -h (options of pppd that begin with '-' follow a word '--')", "-h", "host")]
    [InlineData("unknown option -detach (options of pppd that begin with '-' follow a word '--')", "host", "-detach")]
    public void WhatMakesNoSense_IsRefused_With255(string reason, params string[] line)
    {
        OptionException error = Assert.Throws<OptionException>(() => SstpcOptionTable.Parse(line, new SstpcOptions()));
        Assert.Equal(reason, error.Message);
        Assert.Equal(255, error.ExitStatus);
    }

    [Fact]
    public void PppdWords_KeepTheirOrder_AroundOptions()
    {
        SstpcOptions draft = new();
        SstpcOptionTable.Parse(["--cert-warn", "host", "noauth", "--user", "u", "call", "peer", "--", "-detach", "--cert-warn"], draft);
        Assert.Equal(["noauth", "call", "peer", "-detach", "--cert-warn"], draft.PppdWords);
        Assert.Equal("u", draft.User);
    }

    /// <summary>As NetworkManager's SSTP service of Debian calls it.</summary>
    [Fact]
    public void TheServicesCall_IsUnderstood()
    {
        SstpcOptions draft = new();
        SstpcOptionTable.Parse(
            ["192.0.2.1", "--cert-warn", "--tls-ext", "--nolaunchpppd", "--ipparam", "nm-pptp-service-878", "--uuid", "16836479-c69f-584c-85bf-d17130143197", "--ca-cert", "/run/ca.pem"],
            draft);
        Assert.Equal("192.0.2.1", draft.Server);
        Assert.True(draft is { CertWarn: true, NoLaunchPppd: true, IpParam: "nm-pptp-service-878", CaFile: "/run/ca.pem" });
        Assert.Empty(draft.PppdWords);
    }

    /// <summary>The old program took the host for the name of the socket.</summary>
    [Fact]
    public void LogSyslog_DoesNotEatTheHost()
    {
        SstpcOptions draft = new();
        SstpcOptionTable.Parse(["--log-syslog", "host"], draft);
        Assert.Equal("host", draft.Server);
    }

    [Theory]
    [InlineData("/l", "--log-file", "/l", "host")]
    [InlineData("", "host", "--log-file")]
    [InlineData("", "host", "--log-file", "--cert-warn")]
    public void LogFile_TakesTheNextWord_UnlessItIsAnOption(string file, params string[] line)
    {
        SstpcOptions draft = new();
        SstpcOptionTable.Parse(line, draft);
        Assert.Equal(file, draft.LogFile);
        Assert.Equal("host", draft.Server);
    }

    [Fact]
    public void TheHelp_FitsAScreen()
    {
        string[] lines = SstpcUsage.Help.TrimEnd('\n').Split('\n');
        Assert.True(lines.Length <= 40, $"{lines.Length} lines");
        Assert.All(lines, line => Assert.True(line.Length <= 110, line));
        Assert.StartsWith("sstp-client version ", SstpcUsage.Version, StringComparison.Ordinal);
    }

    [Fact]
    public void LevelsOfTheLog_AreThoseOfTheOldProgram()
    {
        Assert.Equal([0, 1, 2, 3, 5], new[] { 4, 3, 2, 1, 0 }.Select(level => LegacyLevel.Of((Microsoft.Extensions.Logging.LogLevel)level, 0)));
        Assert.Equal(4, LegacyLevel.Of(Microsoft.Extensions.Logging.LogLevel.Debug, 1102));
        Assert.Equal(6, LegacyLevel.Of(Microsoft.Extensions.Logging.LogLevel.Trace, 1316));
    }

    private static IEnumerable<string> Differences(SstpcOptions draft)
    {
        SstpcOptions fresh = new();
        foreach (System.Reflection.PropertyInfo property in typeof(SstpcOptions).GetProperties().Where(p => p.Name is not ("Server" or "PppdWords")))
        {
            string was = Text(property.GetValue(fresh)), now = Text(property.GetValue(draft));
            if (was != now)
            {
                yield return $"{property.Name}={now}";
            }
        }
    }

    private static string Text(object? value) => value is IReadOnlyList<string> list ? string.Join('|', list) : value?.ToString() ?? "";
}
