using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>
/// The socket on which the plugins of other SSTP clients for pppd tell the keys of the login, and ask for the server's address. One
/// request per connection; pppd stands still until its Auth is acknowledged, which is when the crypto binding has been sent.
/// </summary>
/// <param name="path">Where plugins look for it.</param>
/// <param name="onKeys">Takes the keys, which are its own then, and a task that completes when they have been used.</param>
/// <param name="logger">Log.</param>
internal sealed class SstpKeySocket(string path, Func<PppKeys, Task, Task> onKeys, ILogger logger) : IDisposable
{
    private const int MaxClients = 8;

    /// <summary>A caller gets this long for its few bytes.</summary>
    private static readonly TimeSpan s_requestTime = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _lifetime = new();
    private readonly TaskCompletionSource _confirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<(string Name, IPEndPoint Address)> _server = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Socket? _listener;
    private int _clients;
    private int _keysTaken;

    /// <summary>Binds and listens. A socket that an earlier run has left is replaced.</summary>
    /// <exception cref="TunnelException">EngineMissing: the socket cannot be made.</exception>
    public void Listen()
    {
        try
        {
            string? directory = Path.GetDirectoryName(path);
            if (directory is not null && !Directory.Exists(directory))
            {
                Libc.MakePublicDirectory(directory);
            }

            File.Delete(path);
            _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            _listener.Bind(new UnixDomainSocketEndPoint(path));
            Libc.MakePrivateFile(path);
            _listener.Listen(MaxClients);
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Dispose();
            throw new TunnelException(Cause.EngineMissing, $"the socket {path} for its plugin cannot be made: {e.Message}", e);
        }

        PppdLog.KeySocket(logger, path);
        _ = AcceptAsync(_listener);
    }

    public void SetServer(string name, IPEndPoint address) => _server.TrySetResult((name, address));

    /// <summary>The keys have been used: pppd may go on.</summary>
    public void Confirm() => _confirmed.TrySetResult();

    public void Dispose()
    {
        if (_lifetime.IsCancellationRequested)
        {
            return;
        }

        _lifetime.Cancel();
        _confirmed.TrySetCanceled();
        if (_listener is null)
        {
            return;
        }

        _listener.Dispose();
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run replaces it.
        }
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                Socket caller = await listener.AcceptAsync(_lifetime.Token).ConfigureAwait(false);
                PeerCredentials peer = PeerCredentials.Of(caller);
                if ((peer.User != 0 && peer.User != Libc.EffectiveUser()) || Volatile.Read(ref _clients) >= MaxClients)
                {
                    PppdLog.Stranger(logger, peer.Pid, peer.User);
                    caller.Dispose();
                    continue;
                }

                Interlocked.Increment(ref _clients);
                _ = ServeAsync(caller);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task ServeAsync(Socket caller)
    {
        using (caller)
        {
            byte[] payload = [];
            try
            {
                using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_lifetime.Token);
                limit.CancelAfter(s_requestTime);
                byte[] header = new byte[SstpKeyMessage.HeaderSize];
                if (!await FillAsync(caller, header, limit.Token).ConfigureAwait(false)
                    || !SstpKeyMessage.TryReadHeader(header, out int length, out ushort type))
                {
                    PppdLog.BadMessage(logger, header.Length);
                    return;
                }

                payload = new byte[length];
                if (!await FillAsync(caller, payload, limit.Token).ConfigureAwait(false))
                {
                    return;
                }

                byte[] answer = type == SstpKeyMessage.Addr
                    ? await AddressAsync(limit.Token).ConfigureAwait(false)
                    : await AuthenticatedAsync(payload).ConfigureAwait(false);
                await caller.SendAsync(answer, _lifetime.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidDataException)
            {
                PppdLog.KeyCallFailed(logger, e.Message);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(payload);
                Interlocked.Decrement(ref _clients);
            }
        }
    }

    private async Task<byte[]> AddressAsync(CancellationToken cancellation)
    {
        (string name, IPEndPoint address) = await _server.Task.WaitAsync(cancellation).ConfigureAwait(false);
        return SstpKeyMessage.WriteAck(name, address);
    }

    /// <summary>Waits without a limit of its own: the tunnel has one for the login.</summary>
    private async Task<byte[]> AuthenticatedAsync(byte[] payload)
    {
        PppKeys keys = SstpKeyMessage.ReadKeys(payload) ?? throw new InvalidDataException("its keys make no sense");
        PppdLog.KeysCame(logger, keys.Send.Length);
        if (Interlocked.Exchange(ref _keysTaken, 1) == 0)
        {
            await onKeys(keys, _confirmed.Task).ConfigureAwait(false);
        }
        else
        {
            // A second login in the same tunnel, or a second plugin: the binding is done once.
            keys.Dispose();
            await _confirmed.Task.ConfigureAwait(false);
        }

        return SstpKeyMessage.WriteAck();
    }

    private static async Task<bool> FillAsync(Socket socket, Memory<byte> memory, CancellationToken cancellation)
    {
        while (!memory.IsEmpty)
        {
            int count = await socket.ReceiveAsync(memory, cancellation).ConfigureAwait(false);
            if (count == 0)
            {
                return false;
            }

            memory = memory[count..];
        }

        return true;
    }
}
