namespace Tmds.DBus.Protocol;

/// <summary>A method call that waits for its reply.</summary>
/// <param name="destination">Whom the call was sent to; a unique name (or the bus) must be the one that answers.</param>
internal abstract class PendingCall(string? destination)
{
    /// <summary>Whether a reply from <paramref name="sender"/> can be the reply to this call. The bus itself may always report a failure.</summary>
    public bool CanComeFrom(string? sender)
        => destination is null || sender is null || sender == BusNames.Bus
            || (destination != BusNames.Bus && (destination[0] != ':' || destination == sender));

    /// <summary>Takes the reply. Runs on the read loop, and so does whatever awaits the call without a synchronization context.</summary>
    public abstract void Complete(Message reply);

    public abstract void Fail(Exception exception);
}
