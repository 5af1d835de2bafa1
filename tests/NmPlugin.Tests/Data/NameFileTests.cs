using NmPlugin.Tests.Support;

namespace NmPlugin.Tests.Data;

/// <summary>What the files that NetworkManager reads claim.</summary>
public sealed class NameFileTests
{
    private static Dictionary<string, string> Keys(string name) => File.ReadAllLines(Path.Combine(Repository.Root, "data", $"nm-{name}-service.name"))
        .Where(line => line.Contains('=', StringComparison.Ordinal)).Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    [Theory]
    [InlineData("sstp")]
    [InlineData("pptp")]
    public void NameFileHasTheKeysOfTheServiceItStandsInFor(string name)
    {
        Dictionary<string, string> keys = Keys(name);
        Assert.Equal(name, keys["name"]);
        Assert.Equal($"org.freedesktop.NetworkManager.{name}", keys["service"]);
        Assert.Equal($"/usr/lib/NetworkManager/nm-{name}-service", keys["program"]);
        Assert.Equal("true", keys["supports-multiple-connections"]);
        Assert.Equal($"libnm-vpn-plugin-{name}.so", keys["plugin"]);
        Assert.Contains(Path.GetFileName(keys["program"]), Applet.Names);
        Assert.Equal($"/usr/lib/NetworkManager/nm-{name}-auth-dialog", keys["auth-dialog"]);
        Assert.Contains(Path.GetFileName(keys["auth-dialog"]), Applet.Names);
        Assert.Equal(("true", "true"), (keys["supports-external-ui-mode"], keys["supports-hints"]));
    }

    [Theory]
    [InlineData("sstp")]
    [InlineData("pptp")]
    public void T78_FilesOfPrivateProfilesAreReadWithTheirUsersRights(string name) =>
        Assert.Equal("true", Keys(name)["supports-safe-private-file-access"]);

    [Theory]
    [InlineData("sstp")]
    [InlineData("pptp")]
    public void PolicyIsWellFormed(string name)
    {
        var settings = new System.Xml.XmlReaderSettings { DtdProcessing = System.Xml.DtdProcessing.Ignore };
        using var reader = System.Xml.XmlReader.Create(Path.Combine(Repository.Root, "data", $"nm-{name}-service.conf"), settings);
        System.Xml.Linq.XElement root = System.Xml.Linq.XElement.Load(reader);
        Assert.Equal(2, root.Elements("policy").Count());
        Assert.All(root.Descendants().SelectMany(e => e.Attributes()).Where(a => a.Value.Contains('.', StringComparison.Ordinal)),
            attribute => Assert.Equal($"org.freedesktop.NetworkManager.{name}", attribute.Value));
    }
}
