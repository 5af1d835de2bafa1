using NmPlugin.Service;

namespace NmPlugin.Tests.Support;

/// <summary>A service on a bus that the test has started and shares.</summary>
internal sealed class ForeignService : IAsyncDisposable
{
    private readonly ServiceHost _host;

    private ForeignService(string address, BusClient client)
    {
        Client = client;
        _host = new ServiceHost(new ServiceOptions(TestService.Name), address, Profiles.Identity, Tunnels, TimeProvider.System, Log);
        Exit = Task.Run(_host.RunAsync);
    }

    public BusClient Client { get; }

    public LogCapture Log { get; } = new();

    public ScriptedTunnels Tunnels { get; } = new();

    public Task<int> Exit { get; }

    public static async Task<ForeignService> StartAsync(PrivateBus bus)
    {
        var service = new ForeignService(bus.Address, await BusClient.ConnectAsync(bus.Address, TestService.Name));
        await service.Client.Transcript.WaitForAsync("name owned");
        return service;
    }

    public async ValueTask DisposeAsync()
    {
        _host.Terminate();
        await Exit.WaitAsync(TimeSpan.FromSeconds(20));
        await _host.DisposeAsync();
        Client.Dispose();
    }
}
