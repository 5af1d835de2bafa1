using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

/// <summary>A TLS server on loopback that runs a script for each connection and remembers what it saw.</summary>
internal sealed class TlsTestServer : IDisposable
{
    private readonly TcpListener _listener;
    private readonly SslStreamCertificateContext _context;
    private readonly Func<SslStream, Socket, Task> _script;

    public TlsTestServer(X509Certificate2 certificate, X509Certificate2[]? sent = null, Func<SslStream, Socket, Task>? script = null, IPAddress? address = null)
    {
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start(512);
        _context = SslStreamCertificateContext.Create(certificate, [.. sent ?? []], offline: true);
        _script = script ?? ((_, _) => Task.CompletedTask);
        _ = AcceptAsync();
    }

    public SslProtocols Protocols { get; init; } = SslProtocols.Tls12 | SslProtocols.Tls13;

    public bool AskForCertificate { get; init; }

    /// <summary>SNI of the last connection.</summary>
    public string? LastName { get; private set; }

    public bool LastHadClientCertificate { get; private set; }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ServerEndpoint At(string host) => new(host, Port);

    public void Dispose() => _listener.Stop();

    private async Task AcceptAsync()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptSocketAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return;
            }
            socket.NoDelay = true;
            _ = ServeAsync(socket);
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using SslStream tls = new(new NetworkStream(socket, ownsSocket: true));
        try
        {
            await tls.AuthenticateAsServerAsync((_, hello, _, _) =>
            {
                LastName = hello.ServerName;
                return ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    ServerCertificateContext = _context,
                    EnabledSslProtocols = Protocols,
                    ClientCertificateRequired = AskForCertificate,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                    {
                        LastHadClientCertificate = certificate is not null;
                        return !LastHadClientCertificate;
                    },
                });
            }, null);
            await _script(tls, socket);
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException or ObjectDisposedException or SocketException)
        {
            // The client judges.
        }
    }
}
