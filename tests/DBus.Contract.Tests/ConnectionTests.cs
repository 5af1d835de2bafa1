using Tmds.DBus.Protocol;

namespace DBus.Contract.Tests;

public sealed class ConnectionTests : ContractTest
{
    [Fact]
    public async Task Connect_GivesAUniqueName_Once()
    {
        DBusConnection connection = await ConnectAsync();
        Assert.StartsWith(":1.", connection.UniqueName, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.ConnectAsync());
    }

    [Fact]
    public void BeforeConnect_MembersThatNeedTheBus_AreRefused()
    {
        using var connection = new DBusConnection(Bus.Address);
        Assert.Throws<InvalidOperationException>(() => connection.UniqueName);
        Assert.Throws<InvalidOperationException>(() => connection.AddMethodHandler(new Handler(ObjectPath, static _ => default)));
        Assert.Throws<InvalidOperationException>(() => connection.TrySendMessage(Signal(connection, "Tick", 1)));
    }

    [Theory]
    [InlineData("unix:path=/nonexistent/bus")]
    [InlineData("tcp:host=127.0.0.1,port=1")]
    [InlineData("unix:path=/nonexistent/a;unix:path=/nonexistent/b")]
    public async Task Connect_NobodyThere_Fails(string address)
    {
        using var connection = new DBusConnection(address);
        DBusConnectFailedException e = await Assert.ThrowsAsync<DBusConnectFailedException>(async () => await connection.ConnectAsync());
        Assert.NotNull(e.InnerException);
    }

    [Fact]
    public async Task Connect_SecondAddressWorks()
    {
        using var connection = new DBusConnection("unix:path=/nonexistent/bus;" + Bus.Address);
        await connection.ConnectAsync().AsTask().WaitAsync(Patience);
        Assert.NotNull(connection.UniqueName);
    }

    [Fact]
    public async Task Connect_WrongGuid_Fails()
    {
        string address = Bus.Address[..(Bus.Address.LastIndexOf('=') + 1)] + new string('0', 32);
        using var connection = new DBusConnection(address);
        await Assert.ThrowsAsync<DBusConnectFailedException>(async () => await connection.ConnectAsync());
    }

    [Fact]
    public async Task BusDies_EverythingEnds()
    {
        var source = new TaskCompletionSource<DBusConnection.ExceptionSource>();
        (DBusConnection service, DBusConnection client) = await ConnectBothAsync(
            static async context => await Task.Delay(Timeout.Infinite, context.RequestAborted),
            context => source.TrySetResult(context.Source));
        var ended = new TaskCompletionSource<NotificationType>();
        await client.WatchSignalAsync(
            Name, ObjectPath, Interface, "Tick", ReadUInt32, n => ended.TrySetResult(n.Type), ObserverFlags.EmitOnConnectionFailed, false);
        Task pending = client.CallMethodAsync(Call(client, "Wait"));
        Task<Exception?> clientGone = client.DisconnectedAsync();
        Task<Exception?> serviceGone = service.DisconnectedAsync();
        await RoundTripAsync(client);

        Bus.Kill();

        Assert.IsAssignableFrom<IOException>(await clientGone.WaitAsync(Patience));
        Assert.NotNull(await serviceGone.WaitAsync(Patience));
        DBusConnectionClosedException e = await Assert.ThrowsAsync<DBusConnectionClosedException>(() => pending.WaitAsync(Patience));
        Assert.IsAssignableFrom<IOException>(e.InnerException);
        Assert.Equal(NotificationType.ConnectionFailed, await ended.Task.WaitAsync(Patience));
        Assert.Equal(DBusConnection.ExceptionSource.ConnectionFailed, await source.Task.WaitAsync(Patience));
        Assert.False(client.TrySendMessage(Signal(client, "Tick", 1)));
    }

    [Fact]
    public async Task Dispose_EndsPendingCalls_AndAbortsRequests()
    {
        var aborted = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        (DBusConnection service, DBusConnection client) = await ConnectBothAsync(context =>
        {
            context.RequestAborted.Register(aborted.SetResult);
            entered.SetResult();
            return new ValueTask(aborted.Task);
        });
        Task pending = client.CallMethodAsync(Call(client, "Wait"));
        await entered.Task.WaitAsync(Patience);
        Task<Exception?> gone = client.DisconnectedAsync();

        client.Dispose();
        service.Dispose();

        await Assert.ThrowsAsync<DBusConnectionClosedException>(() => pending.WaitAsync(Patience));
        await aborted.Task.WaitAsync(Patience);
        Assert.Null(await gone.WaitAsync(Patience));
        Assert.Throws<ObjectDisposedException>(() => client.TrySendMessage(Signal(client, "Tick", 1)));
    }

    [Fact]
    public async Task CallBeforeExit_FlushesSignals()
    {
        const int Count = 500;
        DBusConnection listener = await ConnectAsync();
        var last = new TaskCompletionSource<uint>();
        await listener.WatchSignalAsync(
            null,
            ObjectPath,
            Interface,
            "Tick",
            ReadUInt32,
            n =>
            {
                if (n.Value == Count)
                {
                    last.TrySetResult(n.Value);
                }
            },
            ObserverFlags.None,
            false);
        using var service = new DBusConnection(Bus.Address);
        await service.ConnectAsync();

        for (uint i = 1; i <= Count; i++)
        {
            Assert.True(service.TrySendMessage(Signal(service, "Tick", i)));
        }

        await RoundTripAsync(service);
        service.Dispose();

        Assert.Equal((uint)Count, await last.Task.WaitAsync(Patience));
    }
}
