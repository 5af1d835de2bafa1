using Tmds.DBus.Protocol;

namespace DBus.Contract.Tests;

/// <summary>
/// What every test needs. Only members that Tmds.DBus.Protocol 0.93.0 has too: with -p:UseTmdsDBusPackage=true these tests are what a
/// change of the implementation has to pass.
/// </summary>
public abstract class ContractTest : IDisposable
{
    protected const string Name = "org.example.Contract";
    protected const string ObjectPath = "/org/example/Object";
    protected const string Interface = "org.example.Interface";

    private readonly List<DBusConnection> _connections = [];

    protected PrivateBus Bus { get; } = new();

    protected static TimeSpan Patience => TimeSpan.FromSeconds(10);

    public void Dispose()
    {
        _connections.ForEach(static c => c.Dispose());
        Bus.Dispose();
        GC.SuppressFinalize(this);
    }

    protected async Task<DBusConnection> ConnectAsync(Action<DBusConnection.ExceptionContext>? onException = null)
    {
        var connection = new DBusConnection(new DBusConnectionOptions(Bus.Address) { OnException = onException });
        _connections.Add(connection);
        await connection.ConnectAsync().AsTask().WaitAsync(Patience);
        return connection;
    }

    /// <summary>A service that owns <see cref="Name"/>, and a client.</summary>
    protected async Task<(DBusConnection Service, DBusConnection Client)> ConnectBothAsync(
        Func<MethodContext, ValueTask> handle, Action<DBusConnection.ExceptionContext>? onException = null)
    {
        DBusConnection service = await ConnectAsync(onException);
        service.AddMethodHandler(new Handler(ObjectPath, handle));
        await service.RequestNameAsync(Name, RequestNameOptions.None).WaitAsync(Patience);
        return (service, await ConnectAsync());
    }

    protected static MessageBuffer Call(
        DBusConnection client, string member, string? @interface = Interface, string path = ObjectPath, MessageFlags flags = MessageFlags.None)
    {
        using MessageWriter writer = client.GetMessageWriter();
        writer.WriteMethodCallHeader(Name, path, @interface, member, null, flags);
        return writer.CreateMessage();
    }

    protected static MessageBuffer CallWithString(DBusConnection client, string member, string argument, string @interface = Interface)
    {
        using MessageWriter writer = client.GetMessageWriter();
        writer.WriteMethodCallHeader(Name, ObjectPath, @interface, member, "s");
        writer.WriteString(argument);
        return writer.CreateMessage();
    }

    protected static MessageBuffer Signal(DBusConnection sender, string member, uint value, string? destination = null)
    {
        using MessageWriter writer = sender.GetMessageWriter();
        writer.WriteSignalHeader(destination, ObjectPath, Interface, member, "u");
        writer.WriteUInt32(value);
        return writer.CreateMessage();
    }

    protected static void ReplyString(MethodContext context, string text)
    {
        using MessageWriter writer = context.CreateReplyWriter("s");
        writer.WriteString(text);
        context.Reply(writer.CreateMessage());
    }

    protected static void ReplyNothing(MethodContext context)
    {
        using MessageWriter writer = context.CreateReplyWriter(null);
        context.Reply(writer.CreateMessage());
    }

    protected static string ReadString(Message message, object? state) => message.GetBodyReader().ReadString();

    protected static uint ReadUInt32(Message message, object? state) => message.GetBodyReader().ReadUInt32();

    protected static async Task<DBusErrorReplyException> ErrorOf(Task call)
        => await Assert.ThrowsAsync<DBusErrorReplyException>(() => call.WaitAsync(Patience));

    /// <summary>Everything that was sent to or by the bus before this call has been handled by the bus when it completes.</summary>
    protected static Task RoundTripAsync(DBusConnection connection)
    {
        using MessageWriter writer = connection.GetMessageWriter();
        writer.WriteMethodCallHeader("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId");
        return connection.CallMethodAsync(writer.CreateMessage(), ReadString).WaitAsync(Patience);
    }

    protected sealed class Handler(string path, Func<MethodContext, ValueTask> handle, bool children = false) : IPathMethodHandler
    {
        public string Path => path;

        public bool HandlesChildPaths => children;

        public ValueTask HandleMethodAsync(MethodContext context) => handle(context);
    }
}
