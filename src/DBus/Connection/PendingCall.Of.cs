namespace Tmds.DBus.Protocol;

/// <summary>A method call whose reply is read as a <typeparamref name="T"/>.</summary>
internal sealed class PendingCall<T>(string? destination, MessageValueReader<T> reader, object? state) : PendingCall(destination)
{
    private readonly TaskCompletionSource<T> _result = new();

    public Task<T> Task => _result.Task;

    public override void Complete(Message reply)
    {
        if (reply.MessageType == MessageType.Error)
        {
            Fail(ToException(reply));
            return;
        }

        T value;
        try
        {
            value = reader(reply, state);
        }
        catch (Exception e)
        {
            Fail(e);
            return;
        }

        _result.TrySetResult(value);
    }

    public override void Fail(Exception exception) => _result.TrySetException(exception);

    private static DBusErrorReplyException ToException(Message reply)
    {
        string name = reply.ErrorNameAsString!;
        string text = reply.Signature is [(byte)'s', ..] ? reply.GetBodyReader().ReadString() : name;
        return new DBusErrorReplyException(name, text);
    }
}
