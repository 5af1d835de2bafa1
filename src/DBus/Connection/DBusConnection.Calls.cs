namespace Tmds.DBus.Protocol;

public sealed partial class DBusConnection
{
    private delegate void BodyWriter(ref MessageWriter writer);

    private readonly Dictionary<uint, PendingCall> _pendingCalls = [];

    /// <summary>Sends a call and waits for its reply, of which nothing is read. No deadline: add one with WaitAsync.</summary>
    /// <exception cref="DBusErrorReplyException">The reply is an error.</exception>
    /// <exception cref="DBusConnectionClosedException">The connection is closed or closes meanwhile.</exception>
    public Task CallMethodAsync(MessageBuffer message) => CallMethodAsync<object?>(message, static (_, _) => null);

    /// <summary>Sends a call and reads its reply on the read loop. No deadline: add one with WaitAsync.</summary>
    /// <exception cref="DBusErrorReplyException">The reply is an error.</exception>
    /// <exception cref="DBusConnectionClosedException">The connection is closed or closes meanwhile.</exception>
    public Task<T> CallMethodAsync<T>(MessageBuffer message, MessageValueReader<T> reader, object? readerState = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(reader);
        var call = new PendingCall<T>(message.Destination, reader, readerState);
        MessageStream stream;
        lock (_gate)
        {
            ThrowIfNotConnected();
            _pendingCalls.Add(message.Serial, call);
            stream = _stream!;
        }

        // If the stream has just been closed, Disconnect fails the call.
        stream.TrySend(message);
        return call.Task;
    }

    private MessageBuffer BusCall(string member, string? signature, BodyWriter body, MessageFlags flags = MessageFlags.None)
    {
        MessageWriter writer = GetMessageWriter();
        writer.WriteMethodCallHeader(BusNames.Bus, BusNames.BusPath, BusNames.Bus, member, signature, flags);
        body(ref writer);
        return writer.CreateMessage();
    }
}
