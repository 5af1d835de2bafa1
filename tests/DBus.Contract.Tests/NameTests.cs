using Tmds.DBus.Protocol;

namespace DBus.Contract.Tests;

public sealed class NameTests : ContractTest
{
    [Fact]
    public async Task SecondInstance_IsToldThatTheNameExists()
    {
        DBusConnection first = await ConnectAsync();
        DBusConnection second = await ConnectAsync();
        await first.RequestNameAsync(Name, RequestNameOptions.None);
        DBusErrorReplyException e = await ErrorOf(second.RequestNameAsync(Name, RequestNameOptions.None));
        Assert.Equal("org.freedesktop.DBus.Error.NameExists", e.ErrorName);
        Assert.False(await (await ConnectAsync()).TryRequestNameAsync(Name, RequestNameOptions.None));
        Assert.Equal(first.UniqueName, await OwnerAsync(second));
    }

    [Fact]
    public async Task NameIsFreeAgain_WhenItsOwnerIsGone()
    {
        DBusConnection first = await ConnectAsync();
        await first.RequestNameAsync(Name);
        Assert.True(await first.ReleaseNameAsync(Name));
        Assert.False(await first.ReleaseNameAsync(Name));
        DBusConnection second = await ConnectAsync();
        Assert.True(await second.TryRequestNameAsync(Name));
        Assert.Equal(second.UniqueName, await OwnerAsync(first));
    }

    [Fact]
    public async Task ReplacedOwner_IsTold()
    {
        var lost = new TaskCompletionSource<string>();
        DBusConnection first = await ConnectAsync();
        await first.RequestNameAsync(Name, RequestNameOptions.AllowReplacement, (name, state) => lost.SetResult($"{name} {state}"), "state", false);
        DBusConnection second = await ConnectAsync();
        await second.RequestNameAsync(Name, RequestNameOptions.ReplaceExisting);
        Assert.Equal($"{Name} state", await lost.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task OnLostWithoutAllowReplacement_IsRefused()
    {
        DBusConnection connection = await ConnectAsync();
        await Assert.ThrowsAsync<ArgumentException>(() => connection.RequestNameAsync(Name, RequestNameOptions.None, static (_, _) => { }));
    }

    [Fact]
    public async Task QueuedRequest_GetsTheNameLater()
    {
        var acquired = new TaskCompletionSource<string>();
        DBusConnection first = await ConnectAsync();
        await first.RequestNameAsync(Name, RequestNameOptions.None);
        DBusConnection second = await ConnectAsync();
        await second.QueueNameRequestAsync(
            Name, RequestNameOptions.None, (name, _) => acquired.SetResult(name), null, null, emitOnCapturedContext: false);
        Assert.False(acquired.Task.IsCompleted);
        first.Dispose();
        Assert.Equal(Name, await acquired.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task MalformedName_IsAnErrorOfTheBus()
    {
        DBusConnection connection = await ConnectAsync();
        Assert.Equal("org.freedesktop.DBus.Error.InvalidArgs", (await ErrorOf(connection.RequestNameAsync("nodots"))).ErrorName);
    }

    private static Task<string> OwnerAsync(DBusConnection connection)
    {
        using MessageWriter writer = connection.GetMessageWriter();
        writer.WriteMethodCallHeader("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetNameOwner", "s");
        writer.WriteString(Name);
        return connection.CallMethodAsync(writer.CreateMessage(), ReadString).WaitAsync(Patience);
    }
}
