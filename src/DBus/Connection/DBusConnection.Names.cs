namespace Tmds.DBus.Protocol;

public sealed partial class DBusConnection
{
    private const uint DoNotQueue = 4;

    private readonly Dictionary<string, NameRequest> _names = [];

    private enum RequestNameReply : uint
    {
        PrimaryOwner = 1,
        InQueue = 2,
        Exists = 3,
        AlreadyOwner = 4,
    }

    /// <summary>Takes a well-known name now.</summary>
    /// <exception cref="DBusErrorReplyException"><c>org.freedesktop.DBus.Error.NameExists</c>: another connection owns it.</exception>
    public Task RequestNameAsync(string name, RequestNameOptions options) => RequestNameAsync(name, options, null);

    /// <summary>Takes a well-known name now.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">DO_NOT_QUEUE is always added.</param>
    /// <param name="onLost">Called when another connection takes the name over; needs <see cref="RequestNameOptions.AllowReplacement"/>.</param>
    /// <param name="actionState">For <paramref name="onLost"/>.</param>
    /// <param name="emitOnCapturedContext">Whether <paramref name="onLost"/> runs on the current synchronization context.</param>
    /// <exception cref="DBusErrorReplyException"><c>org.freedesktop.DBus.Error.NameExists</c>: another connection owns it.</exception>
    public async Task RequestNameAsync(
        string name,
        RequestNameOptions options = RequestNameOptions.Default,
        Action<string, object?>? onLost = null,
        object? actionState = null,
        bool emitOnCapturedContext = true)
    {
        if (!await TryRequestNameAsync(name, options, onLost, actionState, emitOnCapturedContext).ConfigureAwait(false))
        {
            throw new DBusErrorReplyException(BusNames.ErrorNameExists, $"The name '{name}' has an owner already.");
        }
    }

    /// <summary>Takes a well-known name now; false if another connection owns it.</summary>
    public Task<bool> TryRequestNameAsync(string name, RequestNameOptions options) => TryRequestNameAsync(name, options, null);

    /// <summary>Takes a well-known name now; false if another connection owns it.</summary>
    public async Task<bool> TryRequestNameAsync(
        string name,
        RequestNameOptions options = RequestNameOptions.Default,
        Action<string, object?>? onLost = null,
        object? actionState = null,
        bool emitOnCapturedContext = true)
    {
        var request = new NameRequest(onAcquired: null, onLost, actionState, emitOnCapturedContext ? SynchronizationContext.Current : null);
        return await SendRequestAsync(name, (uint)options | DoNotQueue, request).ConfigureAwait(false) != RequestNameReply.Exists;
    }

    /// <summary>Gets in line for a well-known name.</summary>
    public Task QueueNameRequestAsync(string name, RequestNameOptions options) => QueueNameRequestAsync(name, options, null);

    /// <summary>Gets in line for a well-known name; <paramref name="onAcquired"/> tells when it is ours.</summary>
    public async Task QueueNameRequestAsync(
        string name,
        RequestNameOptions options = RequestNameOptions.Default,
        Action<string, object?>? onAcquired = null,
        Action<string, object?>? onLost = null,
        object? actionState = null,
        bool emitOnCapturedContext = true)
    {
        var request = new NameRequest(onAcquired, onLost, actionState, emitOnCapturedContext ? SynchronizationContext.Current : null);
        await SendRequestAsync(name, (uint)options, request).ConfigureAwait(false);
    }

    /// <summary>Gives a name, or the place in line for it, back. False if we had neither.</summary>
    public async Task<bool> ReleaseNameAsync(string serviceName)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        lock (_gate)
        {
            // A name that is given back is not a name lost.
            _names.Remove(serviceName);
        }

        uint reply = await CallMethodAsync(
            BusCall("ReleaseName", "s", (ref writer) => writer.WriteString(serviceName)),
            static (message, _) => message.GetBodyReader().ReadUInt32()).ConfigureAwait(false);
        return reply == 1;
    }

    private async Task<RequestNameReply> SendRequestAsync(string name, uint flags, NameRequest request)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (request.HasOnLost && (flags & (uint)RequestNameOptions.AllowReplacement) == 0)
        {
            throw new ArgumentException($"{nameof(RequestNameOptions.AllowReplacement)} is not set: the name cannot be lost.", nameof(request));
        }

        lock (_gate)
        {
            ThrowIfNotConnected();
            if (!_names.TryAdd(name, request))
            {
                throw new InvalidOperationException($"The name '{name}' has been requested by this connection already.");
            }
        }

        RequestNameReply reply = default;
        try
        {
            reply = await CallMethodAsync(
                BusCall("RequestName", "su", (ref writer) =>
                {
                    writer.WriteString(name);
                    writer.WriteUInt32(flags);
                }),
                static (message, _) => (RequestNameReply)message.GetBodyReader().ReadUInt32()).ConfigureAwait(false);
        }
        finally
        {
            if (reply is not (RequestNameReply.PrimaryOwner or RequestNameReply.InQueue))
            {
                lock (_gate)
                {
                    _names.Remove(name);
                }
            }
        }

        return reply is >= RequestNameReply.PrimaryOwner and <= RequestNameReply.Exists
            ? reply
            : throw new DBusUnexpectedValueException($"The bus answers {reply} to RequestName.");
    }

    private void OnNameAcquired(string name) => Find(name)?.Acquired(this, name);

    private void OnNameLost(string name) => Find(name)?.Lost(this, name);

    private NameRequest? Find(string name)
    {
        lock (_gate)
        {
            return _names.GetValueOrDefault(name);
        }
    }
}
