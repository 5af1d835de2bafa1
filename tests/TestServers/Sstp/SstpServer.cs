using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace TestServers.Sstp;

/// <summary>An SSTP server: one thread pair and one PPP peer per connection.</summary>
internal sealed class SstpServer : IDisposable
{
    private readonly Socket _listener;
    private readonly HashSet<SstpServerConnection> _connections = [];
    private readonly Lock _lock = new();
    private int _number;
    private bool _stopping;

    public SstpServer(SstpServerOptions options)
    {
        Options = options;
        Context = SslStreamCertificateContext.Create(options.Certificate, options.Chain, offline: true);
        _listener = new Socket(options.Endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(options.Endpoint);
        _listener.Listen(128);
        Endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        new Thread(Accept) { IsBackground = true, Name = "sstp accept" }.Start();
    }

    public SstpServerOptions Options { get; }

    public SslStreamCertificateContext Context { get; }

    public IPEndPoint Endpoint { get; }

    public int ConnectionCount
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>Ends every call in order (Call Disconnect), then what is left.</summary>
    public void Dispose()
    {
        SstpServerConnection[] open;
        lock (_lock)
        {
            if (_stopping)
            {
                return;
            }
            _stopping = true;
            open = [.. _connections];
        }
        _listener.Dispose();
        foreach (SstpServerConnection connection in open)
        {
            connection.End(ServerAction.Disconnect);
        }
        long deadline = Environment.TickCount64 + 2000;
        while (ConnectionCount > 0 && Environment.TickCount64 < deadline)
        {
            Thread.Sleep(10);
        }
        lock (_lock)
        {
            open = [.. _connections];
        }
        foreach (SstpServerConnection connection in open)
        {
            connection.Dispose();
        }
    }

    internal void Remove(SstpServerConnection connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
        }
    }

    private void Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = _listener.Accept();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                if (_stopping)
                {
                    return;
                }
                continue;
            }
            SstpServerConnection connection = new(this, socket, ++_number);
            lock (_lock)
            {
                if (_stopping)
                {
                    socket.Dispose();
                    return;
                }
                _connections.Add(connection);
            }
            new Thread(connection.Run) { IsBackground = true, Name = "sstp reader" }.Start();
        }
    }
}
