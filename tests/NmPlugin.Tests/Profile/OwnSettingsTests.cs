using System.Security.Authentication;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using TunnelCore.Diagnostics;
using static NmPlugin.Tests.Support.Profiles;

namespace NmPlugin.Tests.Profile;

public sealed class OwnSettingsTests
{
    private const string Uuid = "6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11"; // of Profiles.Base
    private const string Pin = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";

    [Theory]
    [InlineData("", "1.2 1.3", null)]
    [InlineData("[defaults]\nserver-tls-min = 1.3\n", "1.3", null)]
    [InlineData("[sstp]\nserver-tls-min=1.3\n[defaults]\nserver-tls-min=1.2\n", "1.3", null)]
    [InlineData("[connection " + Uuid + "]\nserver-tls-max=1.2\n[sstp]\nserver-tls-max=1.3\n", "1.2", null)]
    [InlineData("[connection 00000000-0000-0000-0000-000000000000]\nserver-tls-max=junk\nno-such=1\n", "1.2 1.3", null)]
    [InlineData("[pptp]\nserver-tls-max=junk\n", "1.2 1.3", null)]
    [InlineData("[connection " + Uuid + "]\nserver-tls-max=1.2\n", "1.3", "1.3")]
    [InlineData("# a\n  ; b\r\n\t[ sstp ]\t\r\n  server-tls-min\t=  1.3  \r\n", "1.3", null)]
    [InlineData("[sstp]\nserver-tls-min=\n", "1.2 1.3", null)]
    public void TheMostSpecificWins(string text, string versions, string? inProfile)
    {
        ConnectionSettings connection = Base(("server-tls-max", inProfile), ("server-tls-min", inProfile)) with { Settings = Parse(text) };
        SslProtocols wanted = versions.Split(' ').Aggregate(SslProtocols.None, (all, one) => all | (one == "1.2" ? SslProtocols.Tls12 : SslProtocols.Tls13));
        Assert.Equal(wanted, Read(connection).Tunnel.Tls.Protocols);
    }

    [Fact]
    public void OwnKeysAreTakenFromTheProfileToo()
    {
        VpnProfile profile = Read(Base(("server-certificate-pin", Pin), ("server-name", "other.example.org"), ("ignore-cert-warn", "yes")));
        Assert.Equal(Pin, Assert.Single(profile.Tunnel.Tls.Pins).Hex);
        Assert.Equal("other.example.org", profile.Tunnel.Tls.ExpectedName);
        // The pin decides, so there is nothing to warn about.
        Assert.Empty(profile.Warnings);
    }

    [Theory]
    [InlineData("server-tls-min=1.0", 1, "before the first heading")]
    [InlineData("[defaults]\nserver-tls-min=0.9", 2, "must be one of 1.0, 1.1, 1.2, 1.3")]
    [InlineData("[defaults]\nserver-tls-mni=1.2", 2, "did you mean 'server-tls-min'?")]
    [InlineData("[defaults]\nmtu=1300", 2, "belongs into the profile's vpn.data")]
    [InlineData("[sstp]\npassword=x", 2, "belongs into the profile's vpn.data or vpn.secrets")]
    [InlineData("\n\n[default]\n", 3, "is none of [defaults], [sstp], [pptp], [connection UUID]")]
    [InlineData("[connection bob]\n", 1, "is none of")]
    [InlineData("[defaults\n", 1, "is none of")]
    [InlineData("[]\n", 1, "is none of")]
    [InlineData("[sstp]\n[sstp]\njunk\n", 3, "neither a heading, nor 'key = value', nor a comment")]
    [InlineData("[sstp]\n=1\n", 2, "neither a heading")]
    [InlineData("[sstp]\nserver-tls-min=1.2\nserver-tls-min=1.3\n", 3, "stands in test.conf:2 already")]
    [InlineData("[sstp]\nserver-tls-min=1.\u00012\n", 2, "control character")]
    [InlineData("[sstp]\nserver-certificate-pin=abc\n", 2, "64 hexadecimal digits")]
    public void WhatIsWrongIsNamedWithFileAndLine(string text, int line, string named)
    {
        Failure failure = Wrong(() => Read(Base() with { Settings = Parse(text) }));
        Assert.StartsWith($"test.conf:{line}: ", failure.Detail, StringComparison.Ordinal);
        Assert.Contains(named, failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Sentence, char.IsControl);
    }

    [Fact]
    public void SstpSettingsUnderPptp_AreNamed_AndAsDefaultsPassedOver()
    {
        Failure failure = Wrong(() => ReadPptp(Profiles.Pptp() with { Settings = Parse("[pptp]\nserver-tls-min=1.3\n") }));
        Assert.Contains("of no meaning for pptp", failure.Detail, StringComparison.Ordinal);
        ReadPptp(Profiles.Pptp() with { Settings = Parse("[defaults]\nserver-tls-min=1.3\n") });
    }

    [Theory]
    [InlineData(new byte[] { 0x23, 0x0A, 0x0A, 0xFF, 0x0A }, 3)]
    [InlineData(new byte[] { 0xC3 }, 1)]
    public void NotUtf8_IsNamedWithItsLine(byte[] bytes, int line) =>
        Assert.Equal($"x:{line}: not UTF-8", Wrong(() => SettingsParser.Parse("x", bytes)).Detail);

    [Fact]
    public void LongLine_IsRefused() => Assert.Contains("longer than", Wrong(() => Parse("[sstp]\nserver-name=" + new string('a', 5000))).Detail, StringComparison.Ordinal);

    [Fact]
    public void GarbageOnlyEverGivesBadSettings()
    {
        var random = new Random(5);
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = new byte[random.Next(60)];
            for (int j = 0; j < bytes.Length; j++)
            {
                bytes[j] = (byte)"[]sstp=\n\r#; \0\t\u00e4"[random.Next(15)];
            }
            try
            {
                SettingsParser.Parse("x", bytes);
            }
            catch (TunnelException e)
            {
                Assert.Equal(Cause.BadSettings, e.Failure.Cause);
            }
        }
    }

    [Fact]
    public void UnknownKeys_AreRefused_OrWarnedOf()
    {
        ConnectionSettings connection = Base(("require-mpe", "yes"), ("foo", "bar"));
        TunnelException refused = Assert.Throws<TunnelException>(() => Read(connection));
        Assert.Equal(Cause.UnknownKey, refused.Failure.Cause);
        VpnProfile profile = Read(connection with { Settings = Parse("[defaults]\nunknown-keys=warn\n") });
        Assert.Equal(2, profile.Warnings.Count);
        Assert.Contains(profile.Warnings, warning => warning.Contains("did you mean 'require-mppe'?", StringComparison.Ordinal));
        Assert.Equal(2, Read(Base(("require-mpe", "yes"), ("foo", "bar"), ("unknown-keys", "warn"))).Warnings.Count);
    }

    [Fact]
    public void MinimumAboveMaximum_IsNamed() => Assert.Contains(
        "'server-tls-min'", Assert.Throws<TunnelException>(() => Read(Base(("server-tls-min", "1.3"), ("server-tls-max", "1.2")))).Failure.Detail, StringComparison.Ordinal);

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public void FilesAreReadInOrder_AndMustBeRoots()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("nm-vpn-settings-");
        try
        {
            SettingsFiles files = new(directory.FullName);
            Assert.Equal((0, null), (files.Load().Entries.Count, files.Load().Problem));
            string main = Path.Combine(directory.FullName, "nm-vpn-plugin.conf");
            File.WriteAllText(main, "[sstp]\nserver-tls-max=1.2\n");
            Directory.CreateDirectory(Path.Combine(directory.FullName, "conf.d"));
            string later = Path.Combine(directory.FullName, "conf.d", "10.conf");
            File.WriteAllText(later, "[sstp]\nserver-tls-max=1.3\n");
            File.WriteAllText(Path.Combine(directory.FullName, "conf.d", "20.conf.bak"), "junk");
            Assert.Equal(SslProtocols.Tls12 | SslProtocols.Tls13, Read(Base() with { Settings = files.Load() }).Tunnel.Tls.Protocols);
            File.SetUnixFileMode(later, UnixFileMode.UserRead | UnixFileMode.OtherWrite);
            Failure failure = Wrong(() => Read(Base() with { Settings = files.Load() }));
            Assert.Equal($"{later}: can be written by others than its owner", failure.Detail);
            File.Delete(later);
            File.CreateSymbolicLink(later, "/dev/null");
            Assert.Equal($"{later}: not a regular file", Wrong(() => Read(Base() with { Settings = files.Load() })).Detail);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>The file that is installed sets nothing, and says what is true.</summary>
    [Fact]
    public void InstalledFile_SetsNothing_AndEveryExampleInItIsRight()
    {
        string path = Path.Combine(Repository.Root, "data", "nm-vpn-plugin.conf");
        Assert.Empty(SettingsParser.Parse(path, File.ReadAllBytes(path)));
        string[] examples = [.. File.ReadAllLines(path).Where(line => line.StartsWith('#') && !line.StartsWith("# ", StringComparison.Ordinal) && line.Length > 1)];
        Assert.NotEmpty(examples);
        string text = "[defaults]\n" + string.Join('\n', examples.Where(line => !line.StartsWith("#[", StringComparison.Ordinal)).Select(line => line[1..]));
        Read(Base() with { Settings = Parse(text) });
        ReadPptp(Profiles.Pptp() with { Settings = Parse(text) });
    }

    [Fact]
    public void EverySettingOfOurOwn_IsInTheManPage()
    {
        string page = File.ReadAllText(Path.Combine(Repository.Root, "data", "man", "nm-vpn-plugin.conf.5")).Replace("\\-", "-", StringComparison.Ordinal);
        Assert.All(ProfileKeys.All.Where(key => key.Own), key => Assert.Contains(key.Name, page, StringComparison.Ordinal));
    }

    private static OwnSettings Parse(string text) => new(SettingsParser.Parse("test.conf", System.Text.Encoding.UTF8.GetBytes(text)));

    private static Failure Wrong(Action action)
    {
        Failure failure = Assert.Throws<TunnelException>(action).Failure;
        Assert.Equal(Cause.BadSettings, failure.Cause);
        return failure;
    }
}
