using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace TestServers.Proxy;

/// <summary>An HTTP proxy for CONNECT: logins, a rewritten target, and answers from a script where a test wants them wrong.</summary>
internal sealed class HttpProxy : IAsyncDisposable
{
    private static readonly TimeSpan s_connect = TimeSpan.FromSeconds(5);

    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _tasks = [];
    private readonly Task _accepting;
    private string _nonce = NewNonce();
    private int _renewed;

    public HttpProxy(IPEndPoint? endpoint = null)
    {
        _listener = new TcpListener(endpoint ?? new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Start();
        Endpoint = (IPEndPoint)_listener.LocalEndpoint;
        _accepting = Task.Run(AcceptAsync);
    }

    public IPEndPoint Endpoint { get; }

    public WantedLogin Login { get; init; }

    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary>Where every tunnel leads; null = where the request says.</summary>
    public IPEndPoint? Target { get; init; }

    /// <summary>The first right answer is told that its nonce has expired.</summary>
    public bool RenewNonce { get; init; }

    /// <summary>Answers a request in place of the proxy; returns false to let the proxy go on.</summary>
    public Func<ProxyRequest, NetworkStream, CancellationToken, Task<bool>>? Script { get; init; }

    public Action<string>? Log { get; init; }

    /// <summary>Every request head, in order of arrival.</summary>
    public ConcurrentQueue<ProxyRequest> Requests { get; } = new();

    /// <summary>Sends these pieces, one segment each, then waits for the client to close.</summary>
    public static Func<ProxyRequest, NetworkStream, CancellationToken, Task<bool>> Says(params string[] pieces) => async (_, stream, cancel) =>
    {
        foreach (string piece in pieces)
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(piece), cancel).ConfigureAwait(false);
            await Task.Delay(2, cancel).ConfigureAwait(false);
        }
        byte[] rest = new byte[4096];
        while (await stream.ReadAsync(rest, cancel).ConfigureAwait(false) > 0)
        {
        }
        return true;
    };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _accepting.ConfigureAwait(false);
        _listener.Stop();
        await Task.WhenAll(_tasks).ConfigureAwait(false);
        _stop.Dispose();
    }

    private static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));

    private async Task AcceptAsync()
    {
        for (int number = 1; ; number++)
        {
            try
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token).ConfigureAwait(false);
                _tasks.Add(ServeAsync(socket, number));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket, int number)
    {
        await Task.Yield();
        socket.NoDelay = true;
        NetworkStream stream = new(socket, ownsSocket: true);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                if (await ProxyRequest.ReadAsync(stream, number, _stop.Token).ConfigureAwait(false) is not { } request)
                {
                    return;
                }
                Requests.Enqueue(request);
                if (Script is null || !await Script(request, stream, _stop.Token).ConfigureAwait(false))
                {
                    await AnswerAsync(request, stream).ConfigureAwait(false);
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
            {
                Log?.Invoke($"connection {number}: {e.Message}");
            }
        }
    }

    private async Task AnswerAsync(ProxyRequest request, NetworkStream client)
    {
        Log?.Invoke($"connection {request.Number}: CONNECT {request.Authority}");
        bool right = ProxyCredentials.Accepts(Login, request.Header("Proxy-Authorization"), request.Authority, _nonce, Users);
        bool stale = right && RenewNonce && Interlocked.Increment(ref _renewed) == 1;
        if (!right || stale)
        {
            _nonce = stale ? NewNonce() : _nonce;
            const string Body = "<html>login</html>";
            await SayAsync(client, $"407 Proxy Authentication Required\r\nProxy-Authenticate: {ProxyCredentials.Challenge(Login, _nonce, stale)}\r\n"
                + $"Content-Length: {Body.Length}\r\n\r\n{Body}").ConfigureAwait(false);
            return;
        }
        if (request.Authority.Length == 0 || await ReachAsync(request.Authority).ConfigureAwait(false) is not { } server)
        {
            await SayAsync(client, "502 Bad Gateway\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\nContent-Length: 0\r\n\r\n").ConfigureAwait(false);
            return;
        }
        await using (server.ConfigureAwait(false))
        {
            await SayAsync(client, "200 Connection established\r\nVia: 1.1 test\r\n\r\n").ConfigureAwait(false);
            await Task.WhenAny(PumpAsync(client, server), PumpAsync(server, client)).ConfigureAwait(false);
        }
    }

    private async Task<NetworkStream?> ReachAsync(string authority)
    {
        int colon = authority.LastIndexOf(':');
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        limit.CancelAfter(s_connect);
        try
        {
            string host = authority[..Math.Max(colon, 0)].Trim('[', ']');
            EndPoint where = Target ?? (EndPoint)new DnsEndPoint(host, int.Parse(authority[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture));
            await socket.ConnectAsync(where, limit.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or FormatException or ArgumentException)
        {
            socket.Dispose();
            return null;
        }
    }

    private Task SayAsync(NetworkStream client, string answer) => client.WriteAsync(Encoding.Latin1.GetBytes("HTTP/1.1 " + answer), _stop.Token).AsTask();

    private async Task PumpAsync(NetworkStream from, NetworkStream to)
    {
        byte[] buffer = new byte[65536];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token).ConfigureAwait(false)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token).ConfigureAwait(false);
        }
        to.Socket.Shutdown(SocketShutdown.Send);
    }
}
