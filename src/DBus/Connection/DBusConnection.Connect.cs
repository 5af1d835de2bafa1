using System.Net.Sockets;

namespace Tmds.DBus.Protocol;

public sealed partial class DBusConnection
{
    /// <summary>Connects, authenticates and says Hello. Once only; <see cref="Dispose"/> from elsewhere cancels it.</summary>
    /// <exception cref="DBusConnectFailedException">None of the addresses worked.</exception>
    /// <exception cref="InvalidOperationException">Called before.</exception>
    /// <exception cref="ObjectDisposedException">Disposed before or meanwhile.</exception>
    public async ValueTask ConnectAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_state != State.Created)
            {
                throw new InvalidOperationException("The connection can be connected only once.");
            }

            _state = State.Connecting;
        }

        try
        {
            DBusConnectionOptions.SetupResult setup = await _options.SetupAsync(_abort.Token).ConfigureAwait(false);
            lock (_gate)
            {
                _teardownToken = setup.TeardownToken;
                _hasSetup = true;
            }

            _machineId = setup.MachineId ?? _machineId;
            await ConnectAnyAsync(setup).ConfigureAwait(false);

            // What follows the caller's await must not run inside the read loop, which has just told us the answer.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
        catch (Exception e)
        {
            bool disposed = _isDisposed;
            Disconnect(e);
            throw disposed
                ? new ObjectDisposedException(typeof(DBusConnection).FullName)
                : new DBusConnectFailedException($"Cannot connect to D-Bus: {e.Message}", e);
        }
    }

    private async Task ConnectAnyAsync(DBusConnectionOptions.SetupResult setup)
    {
        if (setup.ConnectionStream is not null)
        {
            await StartAsync(setup.ConnectionStream, setup.UserId, guid: null).ConfigureAwait(false);
            return;
        }

        Exception? first = null;
        foreach (string entry in setup.ConnectionAddress.Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                BusAddress address = BusAddress.Parse(entry);
                if (address.EndPoint is null)
                {
                    continue;
                }

                await StartAsync(await DialAsync(address).ConfigureAwait(false), setup.UserId, address.Guid).ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (_state == State.Connecting)
            {
                first ??= e;
            }
        }

        throw first ?? new ArgumentException("The address names no transport that can be used.");
    }

    private async Task<Stream> DialAsync(BusAddress address)
    {
        Socket socket = address.CreateSocket();
        try
        {
            await socket.ConnectAsync(address.EndPoint!, _abort.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task StartAsync(Stream bytes, string? userId, string? guid)
    {
        var stream = new MessageStream(bytes);
        try
        {
            await Authentication.RunAsync(stream, userId, guid, _abort.Token).ConfigureAwait(false);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_state != State.Connecting, this);
                _stream = stream;
            }
        }
        catch
        {
            stream.Dispose();
            throw;
        }

        // From here on a failure of the stream is a failure of the connection.
        _ = Task.Run(() => RunAsync(stream.RunSenderAsync));
        Task<string?> hello = HelloAsync(stream);
        _ = Task.Run(() => RunAsync(() => ReadLoopAsync(stream)));
        await hello.ConfigureAwait(false);
        lock (_gate)
        {
            if (_state != State.Connecting)
            {
                throw ClosedException();
            }

            _state = State.Connected;
        }
    }

    private Task<string?> HelloAsync(MessageStream stream)
    {
        var call = new PendingCall<string?>(
            BusNames.Bus,
            static (message, connection) =>
            {
                // Known before the next message is looked at: the bus sends NameAcquired right behind its reply.
                string name = message.GetBodyReader().ReadString();
                if (!NameGrammar.IsUniqueName(name))
                {
                    throw new DBusUnexpectedValueException("The answer to Hello is no unique name.");
                }

                ((DBusConnection)connection!)._uniqueName = name;
                return name;
            },
            this);
        MessageBuffer message = BusCall("Hello", null, static (ref _) => { });
        lock (_gate)
        {
            _pendingCalls.Add(message.Serial, call);
        }

        stream.TrySend(message);
        return NullOnErrorAsync(call.Task);

        static async Task<string?> NullOnErrorAsync(Task<string?> task)
        {
            try
            {
                return await task.ConfigureAwait(false);
            }
            catch (DBusErrorReplyException)
            {
                return null;
            }
        }
    }

    private async Task RunAsync(Func<Task> loop)
    {
        try
        {
            await loop().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Disconnect(e);
        }
    }
}
