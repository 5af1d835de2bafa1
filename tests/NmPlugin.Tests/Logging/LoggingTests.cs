using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using NmPlugin.Logging;

namespace NmPlugin.Tests.Logging;

public sealed class LoggingTests
{
    private static LogSettings Read(bool debug, params string[] environment)
    {
        Dictionary<string, string> values = environment.Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return LogSettings.Read(debug, name => values.GetValueOrDefault(name));
    }

    [Theory]
    [InlineData("0", LogLevel.None)]
    [InlineData("1", LogLevel.Critical)]
    [InlineData("3", LogLevel.Error)]
    [InlineData("4", LogLevel.Warning)]
    [InlineData("5", LogLevel.Information)]
    [InlineData("6", LogLevel.Debug)]
    [InlineData("7", LogLevel.Trace)]
    [InlineData("8", LogLevel.Information)]
    [InlineData("-1", LogLevel.Information)]
    [InlineData("x", LogLevel.Information)]
    [InlineData("", LogLevel.Information)]
    public void T10_P31_P32_Level(string value, LogLevel level) => Assert.Equal(level, Read(false, $"NM_VPN_LOG_LEVEL={value}").Minimum);

    [Fact]
    public void DebugRaisesOnlyAnUnsetLevel()
    {
        Assert.Equal(LogLevel.Debug, Read(true).Minimum);
        Assert.Equal(LogLevel.Debug, Read(false, "NM_PPP_DEBUG=").Minimum);
        Assert.Equal(LogLevel.Warning, Read(true, "NM_VPN_LOG_LEVEL=4").Minimum);
        Assert.False(Read(false).IsDebug);
    }

    [Theory]
    [InlineData(true, "", true)]
    [InlineData(false, "NM_PPP_DEBUG=1", true)]
    [InlineData(false, "NM_VPN_LOG_LEVEL=6", true)]
    [InlineData(false, "NM_VPN_LOG_LEVEL=7", true)]
    [InlineData(false, "NM_VPN_LOG_LEVEL=5", false)]
    [InlineData(false, "NM_VPN_LOG_LEVEL=4", false)]
    [InlineData(false, "NM_VPN_LOG_LEVEL=lots", false)]
    public void P31_P32_PppdSaysMoreWhenTheServiceDoes(bool debug, string variable, bool more)
    {
        LogSettings settings = variable.Length == 0 ? Read(debug) : Read(debug, variable);
        Assert.Equal(more, settings.IsDebug);
    }

    [Fact]
    public void Target()
    {
        Assert.Equal(LogTarget.StandardOutput, Read(false, "NM_VPN_LOG_SYSLOG=0", "JOURNAL_STREAM=8:1").Target);
        Assert.Equal(LogTarget.Journal, Read(false, "NM_VPN_LOG_SYSLOG=1", "JOURNAL_STREAM=8:1").Target);
        Assert.Equal(LogTarget.StandardError, Read(false, "NM_VPN_LOG_SYSLOG=1").Target);
        Assert.Equal(LogTarget.StandardError, Read(false).Target);
    }

    [Theory]
    [InlineData(false, "nm-sstp[7] <warn>  one\\x0Atwo\n")]
    [InlineData(true, "<4>nm-sstp[7] <warn>  one\\x0Atwo\n")]
    public void OneMessageIsOneLine(bool journal, string expected)
    {
        using var stream = new MemoryStream();
        using var provider = new LineLoggerProvider("nm-sstp", 7, new LogSettings(LogLevel.Information, journal ? LogTarget.Journal : LogTarget.StandardError), stream, "/nonexistent/journal");
        ILogger log = provider.CreateLogger("x");
        PluginLog.Warning(log, "one\ntwo");
        PluginLog.StateChanged(log, NmPlugin.Plugin.VpnServiceState.Started);
        Assert.Equal(expected, Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Theory]
    [InlineData("\u202Eevil")]
    [InlineData("a\u2028<3>nm-sstp[7] <error>  forged")]
    [InlineData("\x1B[2J")]
    public void NothingButPrintableTextIsWritten(string text)
    {
        using var stream = new MemoryStream();
        using var provider = new LineLoggerProvider("nm-sstp", 7, new LogSettings(LogLevel.Information, LogTarget.StandardError), stream);
        PluginLog.Warning(provider.CreateLogger("x"), text);
        Assert.Matches(@"^nm-sstp\[7\] <warn>  [\x20-\x7E]+\n$", Encoding.UTF8.GetString(stream.ToArray()));
    }

    [Fact]
    public void TheJournalIsToldTheConnection()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("nm-vpn-journal-").FullName, "socket");
        using var journal = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { ReceiveTimeout = 5000 };
        journal.Bind(new UnixDomainSocketEndPoint(path));
        using var stream = new MemoryStream();
        using var provider = new LineLoggerProvider("nm-sstp", 7, new LogSettings(LogLevel.Information, LogTarget.Journal), stream, path);
        ILogger log = provider.CreateLogger("x");
        string Next()
        {
            byte[] entry = new byte[4096];
            return Encoding.UTF8.GetString(entry, 0, journal.Receive(entry));
        }
        PluginLog.Notice(log, "before");
        Assert.Equal("PRIORITY=5\nSYSLOG_IDENTIFIER=nm-sstp\nMESSAGE=<info>  before\n", Next());
        provider.Connection = "6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11";
        PluginLog.Warning(log, "one\nPRIORITY=0");
        Assert.Equal("PRIORITY=4\nSYSLOG_IDENTIFIER=nm-sstp\nNM_CONNECTION=6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11\nMESSAGE=<warn>  one\\x0APRIORITY=0\n", Next());
        Assert.Equal(0, stream.Length);
        journal.Dispose();
        PluginLog.Warning(log, "the journal is gone");
        Assert.Equal("<4>nm-sstp[7] <warn>  the journal is gone\n", Encoding.UTF8.GetString(stream.ToArray()));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void RepeatedLinesAreFolded()
    {
        using var stream = new MemoryStream();
        using (var provider = new LineLoggerProvider("nm-sstp", 7, new LogSettings(LogLevel.Information, LogTarget.StandardError), stream))
        {
            ILogger log = provider.CreateLogger("x");
            foreach (string text in new[] { "a", "b", "b", "a", "a", "a", "a" })
            {
                PluginLog.Warning(log, text);
            }
            PluginLog.Notice(log, "a");
            PluginLog.Notice(log, "a");
        }
        string[] lines = ["<warn>  a", "<warn>  b", "<warn>  (once more)", "<warn>  a", "<warn>  (3 times more)", "<info>  a", "<info>  (once more)", ""];
        Assert.Equal(lines, Encoding.UTF8.GetString(stream.ToArray()).Replace("nm-sstp[7] ", "", StringComparison.Ordinal).Split('\n'));
    }

    [Fact]
    public void ALineThatNeverEndsIsSaidAgain()
    {
        using var stream = new MemoryStream();
        using var provider = new LineLoggerProvider("nm-sstp", 7, new LogSettings(LogLevel.Information, LogTarget.StandardError), stream);
        ILogger log = provider.CreateLogger("x");
        for (int i = 0; i < 2002; i++)
        {
            PluginLog.Warning(log, "again");
        }
        Assert.Equal(3, Encoding.UTF8.GetString(stream.ToArray()).Count(c => c == '\n'));
    }

    [Fact]
    public void LostReaderOfTheLogDoesNotMatter()
    {
        var stream = new MemoryStream();
        using var provider = new LineLoggerProvider("nm-sstp", 7, new LogSettings(LogLevel.Information, LogTarget.StandardError), stream);
        stream.Dispose();
        PluginLog.Warning(provider.CreateLogger("x"), "nobody reads this");
    }
}
