using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

/// <summary>openssl s_server, for what the runtime's own server cannot be made to do.</summary>
internal sealed class OpenSslServer : IDisposable
{
    private readonly Process _process;
    private readonly string? _pem;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    private OpenSslServer(Process process, int port, string? pem) => (_process, Port, _pem) = (process, port, pem);

    public int Port { get; }

    public StreamWriter Input => _process.StandardInput;

    public static async Task<OpenSslServer> StartAsync(X509Certificate2? certificate, params string[] options)
    {
        int port = FreePort();
        string? pem = null;
        ProcessStartInfo start = new("stdbuf")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (string option in (string[])["-oL", "openssl", "s_server", "-accept", $"127.0.0.1:{port}", .. options])
        {
            start.ArgumentList.Add(option);
        }
        if (certificate is not null)
        {
            string key = (certificate.GetECDsaPrivateKey()?.ExportPkcs8PrivateKeyPem() ?? certificate.GetRSAPrivateKey()?.ExportPkcs8PrivateKeyPem())!;
            pem = TestPki.WriteFile($"{certificate.ExportCertificatePem()}\n{key}\n");
            start.ArgumentList.Add("-cert");
            start.ArgumentList.Add(pem);
        }
        else
        {
            start.ArgumentList.Add("-nocert");
        }
        Process process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        OpenSslServer server = new(process, port, pem);
        _ = server.CollectAsync();
        try
        {
            await server.WaitForAsync("ACCEPT");
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public ServerEndpoint At(string host) => new(host, Port);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.WaitForExit(2000);
        _process.Dispose();
        if (_pem is not null)
        {
            File.Delete(_pem);
        }
    }

    /// <summary>Until a line of output begins so; lines before it are used up.</summary>
    public async Task WaitForAsync(string beginning)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
        while (!(await _lines.Reader.ReadAsync(limit.Token)).StartsWith(beginning, StringComparison.Ordinal))
        {
        }
    }

    private async Task CollectAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _lines.Writer.TryWrite(line);
        }
        _lines.Writer.TryComplete();
    }

    private static int FreePort()
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
