using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

namespace TestServers.Scripted;

/// <summary>A listener whose connections each run a script. Every finished connection can be taken and looked at.</summary>
internal sealed class ScriptedSstpServer : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Func<int, SstpScript> _script;
    private readonly X509Certificate2 _certificate;
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<ScriptConnection> _finished = Channel.CreateUnbounded<ScriptConnection>();
    private readonly List<Task> _tasks = [];
    private readonly Lock _lock = new();
    private readonly Task _accepting;

    public ScriptedSstpServer(SstpScript script, X509Certificate2 certificate, IPEndPoint? endpoint = null)
        : this(_ => script, certificate, endpoint)
    {
    }

    /// <param name="script">Script of the n-th connection, counted from 1.</param>
    /// <param name="certificate">What the Tls step shows when it names no other.</param>
    /// <param name="endpoint">Default: a free port on 127.0.0.1.</param>
    public ScriptedSstpServer(Func<int, SstpScript> script, X509Certificate2 certificate, IPEndPoint? endpoint = null)
    {
        _script = script;
        _certificate = certificate;
        _listener = new TcpListener(endpoint ?? new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Start();
        Endpoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = AcceptAsync();
    }

    public IPEndPoint Endpoint { get; }

    public int Port => Endpoint.Port;

    /// <summary>Called after each step and at the end of each connection.</summary>
    public Action<string>? Log { get; init; }

    /// <summary>The next connection whose script has ended (look at its Error), in the order of ending.</summary>
    public async Task<ScriptConnection> FinishedAsync(TimeSpan limit)
    {
        using CancellationTokenSource timeout = new(limit);
        return await _finished.Reader.ReadAsync(timeout.Token).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        // The loop ends by the token; a listener stopped under it could be asked once more.
        await _stop.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _listener.Stop();
        Task[] running;
        lock (_lock)
        {
            running = [.. _tasks];
        }
        await Task.WhenAll(running).ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        for (int number = 1; ; number++)
        {
            try
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
                ScriptConnection connection = new(socket, _certificate, number) { Remote = socket.RemoteEndPoint };
                lock (_lock)
                {
                    _tasks.Add(RunAsync(connection));
                }
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                // Stopped; the listener says so in whichever way it was caught.
                return;
            }
        }
    }

    private async Task RunAsync(ScriptConnection connection)
    {
        await Task.Yield();
        using (connection)
        {
            try
            {
                foreach (ScriptStep step in _script(connection.Number).Steps)
                {
                    await step.Run(connection, _stop.Token).ConfigureAwait(false);
                    Log?.Invoke($"connection {connection.Number}: {step.Name}");
                }
            }
            catch (Exception e) when (e is IOException or SocketException or AuthenticationException or OperationCanceledException or InvalidDataException or ObjectDisposedException or InvalidOperationException)
            {
                connection.Error = e;
                Log?.Invoke($"connection {connection.Number}: {e.Message} {e.InnerException?.Message}");
            }
        }
        Log?.Invoke($"connection {connection.Number}: end {connection.ClientEnd}");
        _finished.Writer.TryWrite(connection);
    }
}
