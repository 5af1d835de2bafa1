namespace Tmds.DBus.Protocol;

public sealed partial class DBusConnection
{
    /// <summary>Well-known names that somebody listens to → their owner's unique name, "" without owner.</summary>
    private readonly Dictionary<string, string> _owners = [];
    private readonly Dictionary<string, Task> _ownerWatches = [];

    private static bool IsWellKnown(string? sender) => sender is not null && sender != BusNames.Bus && !sender.StartsWith(':');

    /// <summary>Whether a message comes from the sender that a rule names. Only the bus fills in senders, so without one there is no filter.</summary>
    private bool IsFrom(Message message, string? sender)
    {
        if (sender is null || !IsBus)
        {
            return true;
        }

        string? expected = IsWellKnown(sender) ? _owners.GetValueOrDefault(sender) : sender;
        return !string.IsNullOrEmpty(expected) && expected == message.SenderAsString;
    }

    /// <summary>Once per name and connection: a name watched once stays watched, since there are few of them.</summary>
    private async Task WatchOwnerAsync(string name)
    {
        var mine = new TaskCompletionSource();
        Task? running;
        lock (_gate)
        {
            if (!_ownerWatches.TryGetValue(name, out running))
            {
                _ownerWatches.Add(name, mine.Task);
            }
        }

        if (running is not null)
        {
            await running.ConfigureAwait(false);
            return;
        }

        try
        {
            await StartWatchAsync(name).ConfigureAwait(false);
            mine.SetResult();
        }
        catch (Exception e)
        {
            lock (_gate)
            {
                _ownerWatches.Remove(name);
            }

            mine.SetException(e);
            _ = mine.Task.Exception; // observed here: perhaps nobody else waits
            throw;
        }
    }

    private async Task StartWatchAsync(string name)
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
        lock (_gate)
        {
            _owners.TryAdd(name, "");
        }

        Task subscribed = CallMethodAsync(MatchCall("AddMatch", rule.ToString()));

        // The owner is stored on the read loop, in wire order with the signals.
        Task owner = CallMethodAsync(
            BusCall("GetNameOwner", "s", (ref writer) => writer.WriteString(name)),
            (message, _) =>
            {
                SetOwner(name, message.GetBodyReader().ReadString());
                return true;
            });
        await subscribed.ConfigureAwait(false);
        try
        {
            await owner.ConfigureAwait(false);
        }
        catch (DBusErrorReplyException e) when (e.ErrorName == BusNames.ErrorNameHasNoOwner)
        {
            // Then nobody can send what is waited for, until NameOwnerChanged says who.
        }
    }

    private void SetOwner(string name, string owner)
    {
        List<Observer> ended;
        lock (_gate)
        {
            if (!_owners.TryGetValue(name, out string? before) || before == owner)
            {
                return;
            }

            _owners[name] = owner;
            ended = before.Length == 0
                ? []
                : [.. _observers.Where(o => o.Rule.Sender == name && (o.Flags & ObserverFlags.EmitOnOwnerChanged) != 0)];
        }

        foreach (Observer observer in ended)
        {
            observer.Complete(NotificationType.OwnerChanged, new DBusOwnerChangedException($"The name '{name}' has another owner now."));
        }
    }
}
