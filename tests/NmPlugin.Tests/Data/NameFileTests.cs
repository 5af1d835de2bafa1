using NmPlugin.Tests.Support;

namespace NmPlugin.Tests.Data;

/// <summary>What the files that NetworkManager reads claim.</summary>
public sealed class NameFileTests
{
    private static Dictionary<string, string> Keys() => File.ReadAllLines(Path.Combine(Repository.Root, "data", "nm-sstp-service.name"))
        .Where(line => line.Contains('=', StringComparison.Ordinal)).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    [Fact]
    public void NameFileHasTheKeysOfTheServiceItStandsInFor()
    {
        Dictionary<string, string> keys = Keys();
        Assert.Equal("sstp", keys["name"]);
        Assert.Equal("org.freedesktop.NetworkManager.sstp", keys["service"]);
        Assert.Equal("/usr/lib/NetworkManager/nm-sstp-service", keys["program"]);
        Assert.Equal("true", keys["supports-multiple-connections"]);
        Assert.Equal("libnm-vpn-plugin-sstp.so", keys["plugin"]);
        Assert.Contains(Path.GetFileName(keys["program"]), Applet.Names);
        Assert.Equal("/usr/lib/NetworkManager/nm-sstp-auth-dialog", keys["auth-dialog"]);
        Assert.Contains(Path.GetFileName(keys["auth-dialog"]), Applet.Names);
        Assert.Equal(("true", "true"), (keys["supports-external-ui-mode"], keys["supports-hints"]));
    }

    [Fact]
    public void NothingIsClaimedThatIsNotThere()
    {
        // Files of private profiles are not read with their owner's rights yet.
        Assert.DoesNotContain("supports-safe-private-file-access", Keys().Keys);
        Assert.False(File.Exists(Path.Combine(Repository.Root, "data", "nm-pptp-service.name")));
    }

    [Fact]
    public void PolicyIsWellFormed()
    {
        var settings = new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Ignore };
        using var reader = System.Xml.XmlReader.Create(Path.Combine(Repository.Root, "data", "nm-sstp-service.conf"), settings);
        System.Xml.Linq.XElement root = System.Xml.Linq.XElement.Load(reader);
        Assert.Equal(2, root.Elements("policy").Count());
    }
}
