using System.Net;
using System.Net.Sockets;

namespace TestServers.Pptp;

/// <summary>A PPTP server that does what a script says, for one client or several in turn. Needs root for the packet path.</summary>
internal sealed class PptpServer : IAsyncDisposable
{
    private static int s_addresses;

    private readonly Socket _listener;
    private readonly Func<IPAddress, GreEndpoint> _openGre;
    private readonly CancellationTokenSource _ending;
    private readonly Task _run;
    private int _disposed;

    /// <param name="listener">Bound and listening.</param>
    /// <param name="openGre">Opens the packet path to a client.</param>
    /// <param name="script">What to do with the client.</param>
    /// <param name="limit">When the script is told to end.</param>
    /// <param name="clients">How many, one after the other.</param>
    public PptpServer(Socket listener, Func<IPAddress, GreEndpoint> openGre, Func<PptpServerSession, Task> script, TimeSpan limit, int clients = 1)
    {
        _listener = listener;
        _openGre = openGre;
        _ending = new CancellationTokenSource(limit);
        _run = Task.Run(() => RunAsync(script, clients));
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    /// <summary>On an address of loopback that no other server of this process has.</summary>
    public static PptpServer OnLoopback(Func<PptpServerSession, Task> script, double limitSeconds = 20, int clients = 1)
    {
        int number = Interlocked.Increment(ref s_addresses);
        IPAddress address = new([127, (byte)(64 + (Environment.ProcessId % 128)), (byte)(number / 250), (byte)((number % 250) + 1)]);
        Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen();
        return new PptpServer(
            listener, client => new GreEndpoint(RawSocket.Open(RawSocket.Gre, address), client), script, TimeSpan.FromSeconds(limitSeconds), clients);
    }

    /// <summary>Waits for the script and passes on what went wrong in it.</summary>
    public Task FinishAsync() => _run;

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _ending.CancelAsync();
        _listener.Dispose();
        try
        {
            await _run;
        }
        catch (Exception)
        {
            // Told by FinishAsync to those who want to know.
        }

        _ending.Dispose();
    }

    private async Task RunAsync(Func<PptpServerSession, Task> script, int clients)
    {
        for (int i = 0; i < clients; i++)
        {
            using Socket client = await _listener.AcceptAsync(_ending.Token);
            client.NoDelay = true;
            using PptpServerSession session = new(client, _openGre, _ending.Token);
            await script(session);
        }
    }
}
