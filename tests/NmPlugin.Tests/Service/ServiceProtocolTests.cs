using NmPlugin.Bus;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;
using Tmds.DBus.Protocol;

namespace NmPlugin.Tests.Service;

/// <summary>What the object answers beyond NetworkManager's own calls.</summary>
public sealed class ServiceProtocolTests
{
    private const string Properties = "org.freedesktop.DBus.Properties";

    private static MessageBuffer PropertyCall(BusClient client, string member, string signature, string interfaceName, params string[] more)
    {
        using MessageWriter writer = client.Connection.GetMessageWriter();
        writer.WriteMethodCallHeader(TestService.Name, BusNames.PluginPath, Properties, member, signature);
        writer.WriteString(interfaceName);
        foreach (string text in more)
        {
            writer.WriteString(text);
        }
        if (signature == "ssv")
        {
            writer.WriteVariantUInt32(4);
        }
        return writer.CreateMessage();
    }

    private static Task<uint> StateAsync(BusClient client) =>
        client.Connection.CallMethodAsync(
            PropertyCall(client, "Get", "ss", BusNames.PluginInterface, "State"),
            static (message, _) => message.GetBodyReader().ReadVariantValue().GetUInt32()).WaitAsync(TimeSpan.FromSeconds(20));

    [Fact]
    public async Task T74_N17_StateTellsTheTruth()
    {
        (TestService service, ScriptedTunnel tunnel) = await TestService.StartingAsync(persist: true, stopByThemselves: false);
        await using TestService disposal = service;
        Assert.Equal(3u, await StateAsync(service.Client));
        tunnel.Report(MachineDriver.Up);
        await service.Transcript.WaitForAsync("StateChanged 4");
        Assert.Equal(4u, await StateAsync(service.Client));
        Task<string> disconnect = service.Client.CallAsync("Disconnect");
        await service.Transcript.WaitForAsync("StateChanged 5");
        Assert.Equal(5u, await StateAsync(service.Client));
        tunnel.Down(await tunnel.Stopped);
        await disconnect;
        Assert.Equal(6u, await StateAsync(service.Client));
    }

    [Fact]
    public async Task T74_PropertiesAndIntrospection()
    {
        await using TestService service = await TestService.StartAsync();
        BusClient client = service.Client;
        Assert.Equal(1u, await StateAsync(client));
        Dictionary<string, VariantValue> all = await client.Connection.CallMethodAsync(
            PropertyCall(client, "GetAll", "s", BusNames.PluginInterface),
            static (message, _) => message.GetBodyReader().ReadDictionaryOfStringToVariantValue());
        Assert.Equal(1u, Assert.Single(all).Value.GetUInt32());
        Assert.Equal("PropertyReadOnly", await client.SendAsync("Set", PropertyCall(client, "Set", "ssv", BusNames.PluginInterface, "State")));
        Assert.Equal("UnknownProperty", await client.SendAsync("Get", PropertyCall(client, "Get", "ss", BusNames.PluginInterface, "Mood")));
        Assert.Equal("UnknownInterface", await client.SendAsync("Get", PropertyCall(client, "Get", "ss", "org.example.X", "State")));
        Assert.Equal("InvalidArgs", await client.SendAsync("Get", PropertyCall(client, "Get", "s", BusNames.PluginInterface)));
        string xml = await client.CallAsync("org.freedesktop.DBus.Introspectable", "Introspect", null);
        System.Xml.Linq.XElement root = System.Xml.Linq.XElement.Parse(xml[(xml.IndexOf('>', StringComparison.Ordinal) + 1)..]);
        System.Xml.Linq.XElement plugin = root.Elements("interface").Single(e => e.Attribute("name")!.Value == BusNames.PluginInterface);
        Assert.Equal((9, 7, 1), (plugin.Elements("method").Count(), plugin.Elements("signal").Count(), plugin.Elements("property").Count()));
    }

    [Theory]
    [InlineData("Connect", null, "InvalidArgs")]
    [InlineData("Connect", "a{sv}", "InvalidArgs")]
    [InlineData("ConnectInteractive", "a{sa{sv}}", "InvalidArgs")]
    [InlineData("NeedSecrets", null, "InvalidArgs")]
    [InlineData("SetFailure", null, "InvalidArgs")]
    [InlineData("Disconnect", "a{sa{sv}}", "InvalidArgs")]
    [InlineData("Frobnicate", null, "UnknownMethod")]
    public async Task T75_WrongSignatureOrMethod(string member, string? signature, string error)
    {
        await using TestService service = await TestService.StartAsync();
        MessageWriter writer = service.Client.Connection.GetMessageWriter();
        writer.WriteMethodCallHeader(TestService.Name, BusNames.PluginPath, BusNames.PluginInterface, member, signature);
        if (signature == "a{sv}")
        {
            writer.WriteDictionary(new Dictionary<string, VariantValue>());
        }
        else if (signature is not null)
        {
            WireConnection.Write(ref writer, Profiles.Base());
        }
        Assert.Equal(error, await service.Client.SendAsync(member, writer.CreateMessage()));
        Assert.Equal("", await service.Client.NeedSecretsAsync(Profiles.Base()));
        Assert.Equal($"name owned, {member} {error}, NeedSecrets ", service.Transcript.ToString());
    }

    [Fact]
    public async Task T75_N18_WrongInterfaceOrPath()
    {
        await using TestService service = await TestService.StartAsync();
        Assert.Equal("UnknownMethod", await service.Client.CallAsync("org.example.Other", "Disconnect", null));
        MessageWriter writer = service.Client.Connection.GetMessageWriter();
        writer.WriteMethodCallHeader(TestService.Name, "/org/freedesktop/NetworkManager/VPN/Other", BusNames.PluginInterface, "Disconnect");
        Assert.Contains(await service.Client.SendAsync("Disconnect", writer.CreateMessage()), new[] { "UnknownMethod", "UnknownObject" });
        // The helper of the services that ours replaces: it hands the login to whoever asks, and does not exist here.
        foreach (string interfaceName in new[] { "org.freedesktop.NetworkManager.sstp.ppp", "org.freedesktop.NetworkManager.pptp.ppp", "org.freedesktop.NetworkManager.VPN.PPP" })
        {
            Assert.Equal("UnknownMethod", await service.Client.CallAsync(interfaceName, "NeedSecrets", null));
        }
        Assert.Equal("", await service.Client.CallAsync(null, "NeedSecrets", "a{sa{sv}}", Profiles.Base()));
    }

    [Fact]
    public async Task T77_HugeProfiles()
    {
        await using TestService service = await TestService.StartAsync(persist: true);
        string huge = new('x', 1 << 20);
        Assert.Equal("BadArguments", await service.Client.ConnectAsync(Profiles.Base(("ca-cert", huge))));
        Assert.Equal("BadArguments", await service.Client.ConnectAsync(Profiles.Base((huge, "yes"))));
        Assert.True(service.Client.LastErrorText.Length < 500);
        Assert.Equal("BadArguments", await service.Client.ConnectAsync(Profiles.Base([.. Enumerable.Range(0, 1000).Select(i => ($"key{i}", (string?)"x"))])));
        Assert.Equal("", await service.Client.NeedSecretsAsync(Profiles.Base(("user", huge))));
        Assert.Equal("BadArguments", await service.Client.ConnectAsync(Profiles.Base(("user", "\u0001\ufffd\u2028"))));
        Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base()));
    }

    [Fact]
    public async Task OddTypesInTheConnectionCountAsAbsent()
    {
        await using TestService service = await TestService.StartAsync();
        MessageWriter writer = service.Client.Connection.GetMessageWriter();
        writer.WriteMethodCallHeader(TestService.Name, BusNames.PluginPath, BusNames.PluginInterface, "Connect", "a{sa{sv}}");
        ArrayStart start = writer.WriteDictionaryStart();
        writer.WriteDictionaryEntryStart();
        writer.WriteString("vpn");
        writer.WriteDictionary(new Dictionary<string, VariantValue> { ["data"] = "gateway=x", ["secrets"] = 5u, ["timeout"] = "soon", ["user-name"] = true });
        writer.WriteDictionaryEntryStart();
        writer.WriteString("ipv4");
        writer.WriteDictionary(new Dictionary<string, VariantValue> { ["method"] = 1u, ["address-data"] = VariantValue.Array(new[] { 1u }) });
        writer.WriteDictionaryEnd(start);
        Assert.Equal("LaunchFailed", await service.Client.SendAsync("Connect", writer.CreateMessage()));
    }
}
