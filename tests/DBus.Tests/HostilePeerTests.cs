using System.Threading.Channels;
using Tmds.DBus.Protocol;

namespace DBus.Tests;

/// <summary>What an evil bus, or an evil participant behind a good one, can try.</summary>
public sealed class HostilePeerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task MalformedMessage_ClosesTheConnection_AndOnlyThat()
    {
        var sources = Channel.CreateUnbounded<DBusConnection.ExceptionSource>();
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync(onException: c => sources.Writer.TryWrite(c.Source));
        Task<Exception?> gone = peer.Connection.DisconnectedAsync();
        Task pending = peer.Connection.CallMethodAsync(Ping(peer.Connection));
        await peer.SendAsync(Wire.Signal(false, "b", w => w.U32(2)));
        Assert.IsType<DBusReadException>(await gone.WaitAsync(Patience));
        DBusConnectionClosedException e = await Assert.ThrowsAsync<DBusConnectionClosedException>(() => pending.WaitAsync(Patience));
        Assert.IsType<DBusReadException>(e.InnerException);
        Assert.Equal(DBusConnection.ExceptionSource.ConnectionFailed, await sources.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.False(peer.Connection.TrySendMessage(Ping(peer.Connection)));
        await Assert.ThrowsAsync<DBusConnectionClosedException>(() => peer.Connection.CallMethodAsync(Ping(peer.Connection)));
    }

    [Fact]
    public async Task HugeAnnouncement_AllocatesNothingUntilTheBytesCome()
    {
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        await peer.SendAsync(new Wire(false).Raw((byte)'l', 4, 0, 1).U32(127 * 1024 * 1024).U32(1).U32(0).Raw(new byte[10_000]).ToArray());
        Task<Exception?> gone = peer.Connection.DisconnectedAsync();
        Assert.NotSame(gone, await Task.WhenAny(gone, Task.Delay(100)));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 32 * 1024 * 1024);
        await peer.CloseAsync();
        Assert.IsAssignableFrom<IOException>(await gone.WaitAsync(Patience));
    }

    [Fact]
    public async Task Signals_CountOnlyFromTheOwner_OfTheMoment()
    {
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync();
        var values = Channel.CreateUnbounded<string>();
        Task<IDisposable> watching = peer.Connection.WatchSignalAsync(
            "org.x.Service", "/p", "a.b", "M", static (m, _) => m.GetBodyReader().ReadString(), n => values.Writer.TryWrite(n.Value), ObserverFlags.None, false).AsTask();
        Message match = await peer.ReadMessageAsync();
        Assert.Contains("arg0=org.x.Service", match.GetBodyReader().ReadString(), StringComparison.Ordinal);
        await peer.ReplyAsync(match);
        Message owner = await peer.ReadMessageAsync();
        Assert.Equal("GetNameOwner", owner.MemberAsString);
        await peer.ReplyAsync(owner, "s", w => w.Text(":1.5"));
        Message rule = await peer.ReadMessageAsync();
        Assert.Contains("sender=org.x.Service", rule.GetBodyReader().ReadString(), StringComparison.Ordinal);
        await peer.ReplyAsync(rule);
        await watching.WaitAsync(Patience);

        await peer.SendAsync(Signal("stranger", ":1.9"));
        await peer.SendAsync(Signal("nobody", null));
        await peer.SendAsync(Signal("the name itself", "org.x.Service"));
        await peer.SendAsync(OwnerChanged(":1.9", ":1.9"));
        await peer.SendAsync(Signal("stranger that lied about the owner", ":1.9"));
        await peer.SendAsync(Signal("owner", ":1.5"));
        await peer.SendAsync(OwnerChanged("org.freedesktop.DBus", ":1.6"));
        await peer.SendAsync(Signal("old owner", ":1.5"));
        await peer.SendAsync(Signal("new owner", ":1.6"));

        Assert.Equal("owner", await values.Reader.ReadAsync().AsTask().WaitAsync(Patience));
        Assert.Equal("new owner", await values.Reader.ReadAsync().AsTask().WaitAsync(Patience));

        static byte[] Signal(string text, string? sender) => Wire.Signal(false, "s", w => w.Text(text), sender);

        static byte[] OwnerChanged(string sender, string owner) => Wire.Message(
            false,
            4,
            w => w.Field(1, "o", "/org/freedesktop/DBus").Field(2, "s", "org.freedesktop.DBus").Field(3, "s", "NameOwnerChanged")
                .Field(8, "g", "sss").Field(7, "s", sender),
            w => w.Text("org.x.Service").Text("").Text(owner));
    }

    [Fact]
    public async Task Replies_CountOnlyFromWhomWasAsked()
    {
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync();
        MessageWriter writer = peer.Connection.GetMessageWriter();
        writer.WriteMethodCallHeader(":1.5", "/p", "a.b", "Who");
        Task<string> answer = peer.Connection.CallMethodAsync(writer.CreateMessage(), static (m, _) => m.GetBodyReader().ReadString());
        Message call = await peer.ReadMessageAsync();
        await peer.ReplyAsync(call, "s", w => w.Text("stranger"), ":1.9");
        await peer.ReplyAsync(call, "s", w => w.Text("asked"), ":1.5");
        await peer.ReplyAsync(call, "s", w => w.Text("again"), ":1.5");
        Assert.Equal("asked", await answer.WaitAsync(Patience));
        await PingUsAsync(peer, isBigEndian: false);
    }

    [Fact]
    public async Task NameLost_CountsOnlyFromTheBus()
    {
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync();
        var lost = new TaskCompletionSource<string>();
        int count = 0;
        Task requesting = peer.Connection.RequestNameAsync(
            "org.x.Y",
            RequestNameOptions.AllowReplacement,
            (name, _) =>
            {
                count++;
                lost.TrySetResult(name);
            },
            null,
            false);
        Message request = await peer.ReadMessageAsync();
        Reader reader = request.GetBodyReader();
        Assert.Equal("org.x.Y", reader.ReadString());
        Assert.Equal(5u, reader.ReadUInt32());
        await peer.ReplyAsync(request, "u", w => w.U32(1));
        await requesting.WaitAsync(Patience);
        await peer.SendAsync(NameLost(":1.9"));
        await PingUsAsync(peer, isBigEndian: false);
        Assert.Equal(0, count);
        await peer.SendAsync(NameLost("org.freedesktop.DBus"));
        Assert.Equal("org.x.Y", await lost.Task.WaitAsync(Patience));

        static byte[] NameLost(string sender) => Wire.Message(
            false,
            4,
            w => w.Field(1, "o", "/org/freedesktop/DBus").Field(2, "s", "org.freedesktop.DBus").Field(3, "s", "NameLost")
                .Field(8, "g", "s").Field(7, "s", sender),
            w => w.Text("org.x.Y"));
    }

    [Fact]
    public async Task UnknownReplies_AndUnknownTypes_AreIgnored()
    {
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync();
        await peer.SendAsync(Wire.Message(false, 2, w => w.Field(5, 4711)));
        await peer.SendAsync(Wire.Message(false, 77, _ => { }));
        await PingUsAsync(peer, isBigEndian: true);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task PeerThatIsNoBus_CanCallUs_InEitherByteOrder(bool isBigEndian)
    {
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync(isBus: false);
        Assert.Null(peer.Connection.UniqueName);
        await PingUsAsync(peer, isBigEndian);
        using IDisposable observer = await peer.Connection.WatchSignalAsync("org.x", null, "a.b", "M", static _ => { }, ObserverFlags.None, false);
        await PingUsAsync(peer, isBigEndian); // no AddMatch came before this reply
    }

    [Fact]
    public async Task Messages_ArriveInAnyPieces()
    {
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync();
        byte[] calls = [.. PingCall(false, 21), .. PingCall(true, 22), .. PingCall(false, 23)];
        await peer.SendAsync(calls);
        foreach (uint serial in (uint[])[21, 22, 23])
        {
            Assert.Equal(serial, (await peer.ReadMessageAsync()).ReplySerial);
        }

        foreach (byte b in calls)
        {
            await peer.SendAsync([b]);
        }

        foreach (uint serial in (uint[])[21, 22, 23])
        {
            Assert.Equal(serial, (await peer.ReadMessageAsync()).ReplySerial);
        }
    }

    [Fact]
    public async Task ThrowingPolicy_ClosesTheConnection_ButNotTheProcess()
    {
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync(onException: static _ => throw new InvalidOperationException("policy"));
        peer.Connection.AddMethodHandler(new Thrower());
        Task<Exception?> gone = peer.Connection.DisconnectedAsync();
        await peer.SendAsync(Wire.Message(false, 1, w => w.Field(1, "o", "/p").Field(3, "s", "M")));
        Assert.Equal("policy", (await gone.WaitAsync(Patience))!.Message);
    }

    [Fact]
    public async Task ErrorTexts_AreMadeSendable()
    {
        using ScriptedPeer peer = await ScriptedPeer.ConnectAsync(onException: static c => c.DisconnectConnection = false);
        peer.Connection.AddMethodHandler(new Thrower());
        await peer.SendAsync(Wire.Message(false, 1, w => w.Field(1, "o", "/p").Field(3, "s", "M")));
        Message error = await peer.ReadMessageAsync();
        Assert.Equal("org.freedesktop.DBus.Error.Failed", error.ErrorNameAsString);
        Assert.Equal("bad ? text \ufffd \U0001f600", error.GetBodyReader().ReadString());
    }

    private static MessageBuffer Ping(DBusConnection connection)
    {
        MessageWriter writer = connection.GetMessageWriter();
        writer.WriteMethodCallHeader(":1.5", "/p", "org.freedesktop.DBus.Peer", "Ping");
        return writer.CreateMessage();
    }

    private static byte[] PingCall(bool isBigEndian, uint serial) => Wire.Message(
        isBigEndian, 1, w => w.Field(1, "o", "/any").Field(2, "s", "org.freedesktop.DBus.Peer").Field(3, "s", "Ping"), serial: serial);

    /// <summary>Shows that the connection still answers, and that nothing else has been sent.</summary>
    private static async Task PingUsAsync(ScriptedPeer peer, bool isBigEndian)
    {
        await peer.SendAsync(PingCall(isBigEndian, 42));
        Message reply = await peer.ReadMessageAsync();
        Assert.Equal((MessageType.MethodReturn, 42u), (reply.MessageType, reply.ReplySerial));
    }

    private sealed class Thrower : IPathMethodHandler
    {
        public string Path => "/p";

        public bool HandlesChildPaths => false;

        public ValueTask HandleMethodAsync(MethodContext context) => throw new InvalidOperationException("bad \0 text \ud800 \U0001f600");
    }
}
