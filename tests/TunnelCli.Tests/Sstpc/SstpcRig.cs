using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using TestServers;
using TestServers.Interop;
using TestServers.Scripted;
using TunnelCli.Sstpc;

namespace TunnelCli.Tests.Sstpc;

/// <summary>sstpc --nolaunchpppd on a pty of the test's, against a scripted server. The log goes to a file that is read at the end.</summary>
internal sealed class SstpcRig : IAsyncDisposable
{
    private readonly TestCertificates _authority = new("Program CA");
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("sstpc-test");
    private readonly System.Security.Cryptography.X509Certificates.X509Certificate2 _certificate;
    private readonly SafeFileHandle _line;

    public SstpcRig(SstpScript script)
    {
        _certificate = _authority.Issue(["127.0.0.1"]);
        Server = new ScriptedSstpServer(script, _certificate);
        File.WriteAllText(CaFile, _authority.AuthorityPem);
        _line = File.OpenHandle(Pppd.SlavePath, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    }

    public ScriptedSstpServer Server { get; }

    public TestCertificates Authority => _authority;

    /// <summary>The server's.</summary>
    public System.Security.Cryptography.X509Certificates.X509Certificate2 Certificate => _certificate;

    /// <summary>Whether the program is told of the authority's certificate.</summary>
    public bool NamesAuthority { get; init; } = true;

    /// <summary>The server as typed; null = with its port.</summary>
    public string? Typed { get; init; }

    /// <summary>The side of pppd.</summary>
    public PseudoTerminal Pppd { get; } = new();

    public string CaFile => Path.Combine(_directory.FullName, "ca.pem");

    public string KeySocket => Path.Combine(_directory.FullName, "sstpc-test");

    public string InDirectory(string name) => Path.Combine(_directory.FullName, name);

    public string LogFile => Path.Combine(_directory.FullName, "log");

    public string Log => File.Exists(LogFile) ? File.ReadAllText(LogFile) : "";

    /// <summary>Runs it to its end.</summary>
    public async Task<int> RunAsync(params string[] arguments)
    {
        SstpcOptions options = new();
        var line = SstpcOptionTable.Parse(
            ["--nolaunchpppd", "--ipparam", "test", .. NamesAuthority ? ["--ca-cert", CaFile] : (string[])[], "--log-syslog", "/nonexistent", "--log-level", "6", "--log-file", LogFile,
                .. arguments, Typed ?? $"127.0.0.1:{Server.Port}"],
            options);
        using SstpcSession session = new(options, line.Warnings, new SstpcPlace((int)_line.DangerousGetHandle(), _directory.FullName, false));
        return await session.RunAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Ends pppd's side.</summary>
    public void HangUp()
    {
        Pppd.Dispose();
    }

    /// <summary>What a plugin of pppd does: sends a request, returns the answer.</summary>
    /// <param name="request">Bytes of the request.</param>
    /// <param name="answer">Bytes of the answer.</param>
    /// <param name="path">Of the socket; null = the rig's own.</param>
    public async Task<byte[]> CallAsync(byte[] request, int answer = 8, string? path = null)
    {
        path ??= KeySocket;
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        for (int attempt = 0; !File.Exists(path) && attempt < 500; attempt++)
        {
            await Task.Delay(10);
        }

        await socket.ConnectAsync(new UnixDomainSocketEndPoint(path));
        await socket.SendAsync(request);
        byte[] bytes = new byte[answer];
        int got = 0;
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (got < answer)
        {
            int count = await socket.ReceiveAsync(bytes.AsMemory(got), limit.Token);
            if (count == 0)
            {
                break;
            }

            got += count;
        }

        return bytes[..got];
    }

    public async ValueTask DisposeAsync()
    {
        Pppd.Dispose();
        _line.Dispose();
        await Server.DisposeAsync();
        _certificate.Dispose();
        _authority.Dispose();
        _directory.Delete(recursive: true);
    }
}
