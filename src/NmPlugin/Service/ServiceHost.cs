using Microsoft.Extensions.Logging;
using NmPlugin.Bus;
using NmPlugin.Logging;
using NmPlugin.Plugin;
using NmPlugin.Profile;
using Tmds.DBus.Protocol;
using TunnelCore.Session;

namespace NmPlugin.Service;

/// <summary>A service process from its start to its exit status, apart from the command line.</summary>
internal sealed class ServiceHost : IAsyncDisposable
{
    /// <summary>NetworkManager waits 5 s for the name.</summary>
    private static readonly TimeSpan s_openTime = TimeSpan.FromSeconds(10);

    private readonly ServiceOptions _options;
    private readonly string? _busAddress;
    private readonly ILogger _log;
    private readonly PluginService _service;
    private readonly IncomingCalls _calls;
    private readonly TaskCompletionSource _terminated = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="options">The command line.</param>
    /// <param name="busAddress">D-Bus address; null = there is none.</param>
    /// <param name="identity">For the tunnels.</param>
    /// <param name="tunnels">Makes them.</param>
    /// <param name="time">The service's clock.</param>
    /// <param name="log">The journal.</param>
    /// <param name="files">What stands in files; null = the system's.</param>
    /// <param name="onConnection">Told the UUID of the connection, before anything is logged about it.</param>
    public ServiceHost(
        ServiceOptions options,
        string? busAddress,
        ServiceIdentity identity,
        ITunnelFactory tunnels,
        TimeProvider time,
        ILogger log,
        ConnectionFiles? files = null,
        Action<string>? onConnection = null)
    {
        _options = options;
        _busAddress = busAddress;
        _log = log;
        _service = new PluginService(now => new PluginMachine(identity, options.Persist, now), tunnels, time, log) { OnConnection = onConnection ?? (static _ => { }) };
        _calls = new IncomingCalls(files ?? new ConnectionFiles(new SettingsFiles()), _service.Post);
    }

    /// <summary>SIGTERM, SIGINT or SIGHUP: stops the tunnel and ends with 0. Any thread, any time.</summary>
    public void Terminate()
    {
        _service.Post(new PluginEvent.TerminateRequested());
        _terminated.TrySetResult();
    }

    /// <returns>The exit status of the process.</returns>
    public async Task<int> RunAsync()
    {
        if (_busAddress is null)
        {
            PluginLog.NoBus(_log, "there is no address");
            return 1;
        }
        PluginBus bus;
        try
        {
            bus = new PluginBus(_busAddress, _calls.Take, _log);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            PluginLog.NoBus(_log, e.Message);
            return 1;
        }
        using (bus)
        {
            Task<int?> open = OpenAsync(bus);
            if (await Task.WhenAny(open, _terminated.Task).ConfigureAwait(false) != open)
            {
                return 0;
            }
            return await open.ConfigureAwait(false) ?? await _service.RunAsync(bus).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync() => _service.DisposeAsync();

    /// <returns>Null when the name is owned, else the exit status.</returns>
    private async Task<int?> OpenAsync(PluginBus bus)
    {
        try
        {
            if (await bus.OpenAsync(_options.BusName).WaitAsync(s_openTime).ConfigureAwait(false))
            {
                PluginLog.Ready(_log, _options.BusName);
                return null;
            }
            PluginLog.NoName(_log, _options.BusName, "another process has it");
        }
        catch (DBusErrorReplyException e)
        {
            PluginLog.NoName(_log, _options.BusName, $"{e.ErrorMessage} (is the D-Bus policy of this service installed?)");
        }
        catch (Exception e) when (e is DBusExceptionBase or TimeoutException or ObjectDisposedException or IOException or ArgumentException or FormatException)
        {
            PluginLog.NoBus(_log, e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message);
        }
        return 1;
    }
}
