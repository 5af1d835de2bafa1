using NmPlugin.Logging;
using NmPlugin.Plugin;
using Tmds.DBus.Protocol;

namespace NmPlugin.Bus;

// Who must be there for the service to go on.
//
// NetworkManager calls no Disconnect when it ends, so two names are watched: org.freedesktop.NetworkManager from the start, which
// also covers an end before the first Connect; and from Connect on the unique name of its caller. Only a loss counts: a bus without
// NetworkManager (a test, or a service started by hand) reports none for its name, and there the caller alone matters. That the
// well-known name changes hands counts as a loss, because the new NetworkManager knows nothing of this connection.
internal sealed partial class PluginBus
{
    private readonly HashSet<string> _watched = [];

    public void WatchPeer(string name)
    {
        if (name.Length > 0 && _watched.Add(name))
        {
            _ = WatchCallerAsync(name);
        }
    }

    private async Task WatchCallerAsync(string name)
    {
        try
        {
            await WatchOwnerAsync(name).ConfigureAwait(false);
            // It may have left before the bus knew that we want to hear of it.
            if (!await AskBusAsync("NameHasOwner", name, static (message, _) => message.GetBodyReader().ReadBool()).ConfigureAwait(false))
            {
                _post(new PluginEvent.PeerGone(name));
            }
        }
        catch (Exception e) when (e is DBusExceptionBase or ObjectDisposedException)
        {
            // A service that ends before the bus could answer closes the connection under this call: nothing went wrong.
            if (!_disposed)
            {
                PluginLog.HandlerFailed(_log, nameof(WatchPeer), e.Message);
            }
        }
    }

    private async Task WatchOwnerAsync(string name)
    {
        var rule = new MatchRule
        {
            Type = MessageType.Signal,
            Sender = BusNames.Bus,
            Path = BusNames.BusPath,
            Interface = BusNames.Bus,
            Member = "NameOwnerChanged",
            Arg0 = name,
        };
        await _connection.AddMatchAsync(
            rule,
            static (message, _) => ReadLoss(message),
            (Notification<string?> notification) => OnOwnerChanged(notification),
            emitOnCapturedContext: false).ConfigureAwait(false);
    }

    private void OnOwnerChanged(Notification<string?> notification)
    {
        if (notification.HasValue && notification.Value is { } name)
        {
            _post(new PluginEvent.PeerGone(name));
        }
    }

    /// <returns>The name, if it had an owner before: NameOwnerChanged(name, old owner, new owner).</returns>
    private static string? ReadLoss(Message message)
    {
        Reader reader = message.GetBodyReader();
        string name = reader.ReadString();
        string oldOwner = reader.ReadString();
        return oldOwner.Length > 0 ? name : null;
    }
}
