using NmPlugin.Profile;
using NmPlugin.Service;

namespace NmPlugin.Tests.Support;

/// <summary>A service in this process on a bus of its own, with scripted tunnels and a client that plays NetworkManager.</summary>
internal sealed class TestService : IAsyncDisposable
{
    public const string Name = "org.freedesktop.NetworkManager.sstp.Connection_5";

    private readonly ServiceHost _host;

    private TestService(PrivateBus bus, BusClient client, bool persist, ServiceIdentity identity, ConnectionFiles? files)
    {
        Bus = bus;
        Client = client;
        _host = new ServiceHost(new ServiceOptions(NameOf(identity), persist), bus.Address, identity, Tunnels, TimeProvider.System, Log, files);
        Exit = Task.Run(_host.RunAsync);
    }

    public PrivateBus Bus { get; }

    public BusClient Client { get; }

    public Transcript Transcript => Client.Transcript;

    public ScriptedTunnels Tunnels { get; } = new();

    public LogCapture Log { get; } = new();

    /// <summary>The exit status.</summary>
    public Task<int> Exit { get; }

    public static async Task<TestService> StartAsync(bool persist = false, ServiceIdentity? identity = null, ConnectionFiles? files = null)
    {
        identity ??= Profiles.Identity;
        PrivateBus bus = await PrivateBus.StartAsync();
        var service = new TestService(bus, await BusClient.ConnectAsync(bus.Address, NameOf(identity)), persist, identity, files);
        await service.Transcript.WaitForAsync("name owned");
        return service;
    }

    private static string NameOf(ServiceIdentity identity) => identity.Service.BusName + ".Connection_5";

    /// <summary>A service that has been connected and waits for its tunnel.</summary>
    public static async Task<(TestService Service, ScriptedTunnel Tunnel)> StartingAsync(bool persist = false, bool stopByThemselves = true)
    {
        TestService service = await StartAsync(persist);
        service.Tunnels.StopByThemselves = stopByThemselves;
        Assert.Equal("ok", await service.Client.ConnectAsync(Profiles.Base()));
        return (service, await service.Tunnels.NextAsync());
    }

    public static async Task<(TestService Service, ScriptedTunnel Tunnel)> StartedAsync(bool persist = false, bool stopByThemselves = true)
    {
        (TestService service, ScriptedTunnel tunnel) = await StartingAsync(persist, stopByThemselves);
        tunnel.Report(MachineDriver.Up);
        await service.Transcript.WaitForAsync("StateChanged 4");
        return (service, tunnel);
    }

    public void Terminate() => _host.Terminate();

    /// <summary>Waits for the end of the service.</summary>
    public Task<int> ExitedAsync() => Exit.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>What the client has seen once the service has ended and its name is free.</summary>
    public async Task<string> WholeTranscriptAsync()
    {
        await Transcript.WaitForAsync("name lost");
        return Transcript.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        Terminate();
        await Exit.WaitAsync(TimeSpan.FromSeconds(20));
        await _host.DisposeAsync();
        Client.Dispose();
        await Bus.DisposeAsync();
    }
}
