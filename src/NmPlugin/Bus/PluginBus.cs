using Microsoft.Extensions.Logging;
using NmPlugin.IpConfig;
using NmPlugin.Logging;
using NmPlugin.Plugin;
using NmPlugin.Service;
using Tmds.DBus.Protocol;

namespace NmPlugin.Bus;

/// <summary>The service's connection to the bus: the exported object, its name, its signals, and the watch over its callers.</summary>
internal sealed partial class PluginBus : IPluginBus, IDisposable
{
    private static readonly TimeSpan s_flushTime = TimeSpan.FromSeconds(2);

    private readonly DBusConnection _connection;
    private readonly PluginObject _object;
    private readonly Action<PluginEvent> _post;
    private readonly ILogger _log;
    private volatile bool _disposed;

    public PluginBus(string address, Action<PluginEvent> post, ILogger log)
    {
        _post = post;
        _log = log;
        _object = new PluginObject(post, log);
        _connection = new DBusConnection(new DBusConnectionOptions(address)
        {
            // One bad message must not cut the line to NetworkManager.
            OnException = context =>
            {
                context.DisconnectConnection = false;
                PluginLog.HandlerFailed(_log, context.Source.ToString(), context.Exception.Message);
            },
        });
    }

    /// <summary>
    /// Connects, exports the object and only then asks for the name: NetworkManager calls as soon as the name has an owner.
    /// </summary>
    /// <returns>False when another process has the name; it is not waited for.</returns>
    public async Task<bool> OpenAsync(string name)
    {
        await _connection.ConnectAsync().ConfigureAwait(false);
        _connection.AddMethodHandler(_object);
        Task watch = WatchOwnerAsync(BusNames.NetworkManager);
        bool owned = await _connection.TryRequestNameAsync(name, RequestNameOptions.None).ConfigureAwait(false);
        await watch.ConfigureAwait(false);
        _ = ReportLossAsync();
        return owned;
    }

    public void EmitState(VpnServiceState state)
    {
        _object.State = state;
        Emit("StateChanged", (uint)state);
    }

    public void EmitFailure(VpnFailure failure) => Emit("Failure", (uint)failure);

    public void EmitSecretsRequired(string message, IReadOnlyList<string> secrets)
    {
        using MessageWriter writer = _connection.GetMessageWriter();
        writer.WriteSignalHeader(null, BusNames.PluginPath, BusNames.PluginInterface, "SecretsRequired", "sas");
        writer.WriteString(message.Replace('\0', ' '));
        writer.WriteArray(secrets.ToArray());
        Send(writer.CreateMessage());
    }

    public void EmitConfig(ConfigSignal signal, ISignalBody body)
    {
        MessageWriter writer = _connection.GetMessageWriter();
        try
        {
            writer.WriteSignalHeader(null, BusNames.PluginPath, BusNames.PluginInterface, signal.ToString(), "a{sv}");
            SignalBodyWriter.Write(ref writer, body);
            Send(writer.CreateMessage());
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>A round trip: the bus reads in order, so its answer means that it has everything sent before.</summary>
    public async Task FlushAsync()
    {
        try
        {
            await AskBusAsync("GetId", argument: null, static (message, _) => true).WaitAsync(s_flushTime).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or DBusExceptionBase or ObjectDisposedException)
        {
            // Nobody is left to deliver to.
        }
    }

    public void Dispose()
    {
        _disposed = true;
        _connection.Dispose();
    }

    private void Emit(string signal, uint value)
    {
        using MessageWriter writer = _connection.GetMessageWriter();
        writer.WriteSignalHeader(null, BusNames.PluginPath, BusNames.PluginInterface, signal, "u");
        writer.WriteUInt32(value);
        Send(writer.CreateMessage());
    }

    private void Send(MessageBuffer message)
    {
        try
        {
            _connection.TrySendMessage(message);
        }
        catch (ObjectDisposedException)
        {
            // As with a lost bus: nobody listens any more.
        }
    }

    private Task<T> AskBusAsync<T>(string member, string? argument, MessageValueReader<T> reader)
    {
        using MessageWriter writer = _connection.GetMessageWriter();
        writer.WriteMethodCallHeader(BusNames.Bus, BusNames.BusPath, BusNames.Bus, member, argument is null ? null : "s");
        if (argument is not null)
        {
            writer.WriteString(argument);
        }
        return _connection.CallMethodAsync(writer.CreateMessage(), reader);
    }

    private async Task ReportLossAsync()
    {
        await _connection.DisconnectedAsync().ConfigureAwait(false);
        _post(new PluginEvent.BusLost());
    }
}
