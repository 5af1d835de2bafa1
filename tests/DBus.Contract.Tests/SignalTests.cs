using Tmds.DBus.Protocol;

namespace DBus.Contract.Tests;

public sealed class SignalTests : ContractTest
{
    [Fact]
    public async Task Signal_ReachesItsObserver_OnlyFromTheOwnerOfTheName()
    {
        (DBusConnection service, DBusConnection client) = await ConnectBothAsync(static _ => default);
        DBusConnection stranger = await ConnectAsync();
        var values = new Inbox<uint>();
        await client.WatchSignalAsync(Name, ObjectPath, Interface, "Tick", ReadUInt32, n => values.Add(n.Value), ObserverFlags.None, false);

        // A broadcast is filtered by the bus; one with our address on it is delivered to us whatever we subscribed to.
        stranger.TrySendMessage(Signal(stranger, "Tick", 1));
        stranger.TrySendMessage(Signal(stranger, "Tick", 2, client.UniqueName));
        await RoundTripAsync(stranger);
        service.TrySendMessage(Signal(service, "Tock", 3));
        service.TrySendMessage(Signal(service, "Tick", 4));
        await RoundTripAsync(service);

        uint value = await values.NextAsync();
        Assert.Equal(4u, value);
        Assert.True(values.IsEmpty);
    }

    [Fact]
    public async Task Signal_FollowsTheNameToItsNewOwner()
    {
        (DBusConnection first, DBusConnection client) = await ConnectBothAsync(static _ => default);
        DBusConnection second = await ConnectAsync();
        var values = new Inbox<uint>();
        await client.WatchSignalAsync(Name, ObjectPath, Interface, "Tick", ReadUInt32, n => values.Add(n.Value), ObserverFlags.None, false);
        Assert.True(await first.ReleaseNameAsync(Name));
        await second.RequestNameAsync(Name, RequestNameOptions.None);
        second.TrySendMessage(Signal(second, "Tick", 7));
        uint value = await values.NextAsync();
        Assert.Equal(7u, value);
    }

    [Fact]
    public async Task OwnerChanged_EndsTheObserverThatAsksForIt()
    {
        (DBusConnection service, DBusConnection client) = await ConnectBothAsync(static _ => default);
        var ended = new TaskCompletionSource<Notification<uint>>();
        await client.WatchSignalAsync(
            Name, ObjectPath, Interface, "Tick", ReadUInt32, n => ended.TrySetResult(n), ObserverFlags.EmitOnOwnerChanged, false);
        service.Dispose();
        Notification<uint> notification = await ended.Task.WaitAsync(Patience);
        Assert.Equal(NotificationType.OwnerChanged, notification.Type);
        Assert.True(notification.IsCompletion);
        Assert.IsType<DBusOwnerChangedException>(notification.Exception);
        Assert.Throws<InvalidOperationException>(() => notification.Value);
    }

    [Fact]
    public async Task NameOwnerChanged_TellsComingAndGoing()
    {
        DBusConnection watcher = await ConnectAsync();
        var changes = new Inbox<string>();
        var rule = new MatchRule
        {
            Type = MessageType.Signal,
            Sender = "org.freedesktop.DBus",
            Interface = "org.freedesktop.DBus",
            Member = "NameOwnerChanged",
            Arg0 = Name,
        };
        await watcher.AddMatchAsync(
            rule,
            static (message, _) =>
            {
                Reader reader = message.GetBodyReader();
                return $"{reader.ReadString()} {reader.ReadString()} {reader.ReadString()}";
            },
            n => changes.Add(n.Value),
            emitOnCapturedContext: false);
        DBusConnection service = await ConnectAsync();
        string unique = service.UniqueName!;
        await service.RequestNameAsync(Name);
        service.Dispose();
        string came = await changes.NextAsync();
        Assert.Equal($"{Name}  {unique}", came);
        string went = await changes.NextAsync();
        Assert.Equal($"{Name} {unique} ", went);
    }

    [Fact]
    public async Task ReplyThenSignal_ArrivesInThatOrder()
    {
        (DBusConnection service, DBusConnection client) = await ConnectBothAsync(static context =>
        {
            context.Connection.TrySendMessage(Signal(context.Connection, "Tick", 1));
            ReplyNothing(context);
            context.Connection.TrySendMessage(Signal(context.Connection, "Tick", 2));
            return default;
        });
        var events = new Inbox<string>();
        await client.WatchSignalAsync(Name, ObjectPath, Interface, "Tick", ReadUInt32, n => events.Add($"signal {n.Value}"), ObserverFlags.None, false);
        for (int i = 0; i < 50; i++)
        {
            await client.CallMethodAsync(
                Call(client, "Go"),
                (_, _) =>
                {
                    events.Add("reply");
                    return true;
                }).WaitAsync(Patience);
            foreach (string expected in (string[])["signal 1", "reply", "signal 2"])
            {
                string happened = await events.NextAsync();
                Assert.Equal(expected, happened);
            }
        }
    }

    [Fact]
    public async Task DisposedObserver_HearsNoMore()
    {
        (DBusConnection service, DBusConnection client) = await ConnectBothAsync(static _ => default);
        var seen = new Inbox<NotificationType>();
        IDisposable first = await client.WatchSignalAsync(
            Name, ObjectPath, Interface, "Tick", ReadUInt32, n => seen.Add(n.Type), ObserverFlags.EmitOnObserverDispose, false);
        var second = new Inbox<uint>();
        await client.WatchSignalAsync(Name, ObjectPath, Interface, "Tick", ReadUInt32, n => second.Add(n.Value), ObserverFlags.None, false);
        first.Dispose();
        first.Dispose();
        service.TrySendMessage(Signal(service, "Tick", 1));
        await second.NextAsync();
        Assert.Equal(NotificationType.ObserverDisposed, await seen.NextAsync());
        Assert.True(seen.IsEmpty);
    }

    [Fact]
    public async Task ThrowingObserver_ClosesTheConnection_UnlessSomebodyDecidesOtherwise()
    {
        (DBusConnection service, DBusConnection _) = await ConnectBothAsync(static _ => default);
        DBusConnection strict = await ConnectAsync();
        DBusConnection lenient = await ConnectAsync(static context => context.DisconnectConnection = false);
        var others = new Inbox<uint>();
        foreach (DBusConnection connection in (DBusConnection[])[strict, lenient])
        {
            await connection.WatchSignalAsync<uint>(
                Name, ObjectPath, Interface, "Tick", ReadUInt32, static _ => throw new InvalidOperationException("boom"), ObserverFlags.None, false);
        }

        await lenient.WatchSignalAsync(Name, ObjectPath, Interface, "Tick", ReadUInt32, n => others.Add(n.Value), ObserverFlags.None, false);
        Task<Exception?> gone = strict.DisconnectedAsync();
        service.TrySendMessage(Signal(service, "Tick", 5));
        Assert.Equal("boom", (await gone.WaitAsync(Patience))!.Message);
        uint value = await others.NextAsync();
        Assert.Equal(5u, value);
        await RoundTripAsync(lenient);
    }

    [Fact]
    public async Task FailingReader_CanBeReportedToItsObserver()
    {
        (DBusConnection service, DBusConnection client) = await ConnectBothAsync(static _ => default);
        var ended = new TaskCompletionSource<Notification<ulong>>();
        await client.WatchSignalAsync(
            Name,
            ObjectPath,
            Interface,
            "Tick",
            static (m, _) => m.GetBodyReader().ReadUInt64(),
            n => ended.TrySetResult(n),
            ObserverFlags.EmitOnReaderFailed,
            false);
        service.TrySendMessage(Signal(service, "Tick", 1));
        Notification<ulong> notification = await ended.Task.WaitAsync(Patience);
        Assert.Equal(NotificationType.ReaderFailed, notification.Type);
        Assert.IsType<DBusReadException>(notification.Exception);
        await RoundTripAsync(client);
    }

    [Fact]
    public async Task ObserverWithAContext_RunsThere()
    {
        (DBusConnection service, DBusConnection client) = await ConnectBothAsync(static _ => default);
        var context = new PostedWork();
        uint seen = 0;
        var rule = new MatchRule { Type = MessageType.Signal, Sender = Name, Member = "Tick" };
        await client.AddMatchAsync(rule, ReadUInt32, n => seen = n.Value, context);
        service.TrySendMessage(Signal(service, "Tick", 9));
        Action work = await context.Posted.NextAsync();
        Assert.Equal(0u, seen);
        work();
        Assert.Equal(9u, seen);
    }

    private sealed class PostedWork : SynchronizationContext
    {
        public Inbox<Action> Posted { get; } = new();

        public override void Post(SendOrPostCallback d, object? state) => Posted.Add(() => d(state));

        public override void Send(SendOrPostCallback d, object? state) => Post(d, state);
    }
}
