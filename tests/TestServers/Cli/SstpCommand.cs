using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TestServers.Ppp;
using TestServers.Scripted;
using TestServers.Sstp;

namespace TestServers.Cli;

/// <summary><c>sstp</c>: the real server. <c>script</c>: a named behaviour.</summary>
internal static class SstpCommand
{
    private static readonly string[] s_sstpOptions =
    [
        "--listen", "--cert", "--key", "--users", "--pppd", "--pppd-options", "--pool", "--tls", "--hash", "--host-name", "--eap-keys",
        "--hello", "--negotiation", "--binding", "--after-connected", "--after",
    ];

    private static readonly string[] s_scriptOptions = ["--listen", "--cert", "--key", "--behaviour"];

    private static readonly Dictionary<string, SslProtocols> s_tls = new() { ["any"] = SslProtocols.None, ["1.2"] = SslProtocols.Tls12, ["1.3"] = SslProtocols.Tls13 };

    private static readonly Dictionary<string, byte> s_hashes = new() { ["sha1"] = 1, ["sha256"] = 2, ["both"] = 3 };

    private static readonly Dictionary<string, bool> s_binding = new() { ["check"] = false, ["refuse"] = true };

    private static readonly Dictionary<string, ServerAction> s_actions = new()
    {
        ["nothing"] = ServerAction.None, ["abort"] = ServerAction.Abort, ["disconnect"] = ServerAction.Disconnect,
        ["close-notify"] = ServerAction.CloseNotify, ["fin"] = ServerAction.Fin, ["reset"] = ServerAction.Reset, ["silence"] = ServerAction.Silence,
    };

    public static int Serve(string[] arguments)
    {
        Arguments options = new(arguments, s_sstpOptions);
        string program = options.Text("--pppd") ?? "/usr/sbin/pppd";
        string optionsFile = Path.GetFullPath(options.Required("--pppd-options"));
        (X509Certificate2 certificate, X509Certificate2Collection chain) = LoadCertificate(options);
        using SstpServer server = new(new SstpServerOptions
        {
            Endpoint = options.Endpoint("--listen"),
            Certificate = certificate,
            Chain = chain,
            Users = ReadUsers(options.Text("--users")),
            Peer = (addresses, filter) => new PppdPeer(program, ["file", optionsFile], addresses, filter),
            Pool = new AddressPool(options.Text("--pool") ?? "10.77.0.1:10.77.0.100-200"),
            Tls = options.Word("--tls", s_tls, SslProtocols.None),
            HashMask = options.Word<byte>("--hash", s_hashes, 3),
            HostName = options.Text("--host-name"),
            EapKeyFile = options.Text("--eap-keys"),
            Hello = options.Seconds("--hello", 60),
            Negotiation = options.Seconds("--negotiation", 60),
            RefuseBinding = options.Word("--binding", s_binding, false),
            AfterConnected = options.Word("--after-connected", s_actions, ServerAction.None),
            AfterConnectedDelay = options.Seconds("--after", 1),
            Log = Log,
        });
        Log($"listening on {server.Endpoint}");
        WaitForSignal();
        return 0;
    }

    public static int Script(string[] arguments)
    {
        Arguments options = new(arguments, s_scriptOptions);
        Func<SstpScript> script = options.Word<Func<SstpScript>?>("--behaviour", Behaviours.All!, null) ?? throw new FormatException("--behaviour is required");
        (X509Certificate2 certificate, _) = LoadCertificate(options);
        ScriptedSstpServer server = new(_ => script(), certificate, options.Endpoint("--listen")) { Log = Log };
        Log($"listening on {server.Endpoint}");
        WaitForSignal();
        server.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }

    internal static void Log(string text) => Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss.fff} {text}");

    /// <summary>Lines NAME:PASSWORD of a file, or of standard input for "-" and when no file is named.</summary>
    internal static Dictionary<string, string> ReadUsers(string? file)
    {
        string text = file is null or "-" ? Console.In.ReadToEnd() : File.ReadAllText(file);
        Dictionary<string, string> users = [];
        foreach (string line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0)
            {
                throw new FormatException("the user list has a line that is not NAME:PASSWORD");
            }
            users[line[..colon]] = line[(colon + 1)..].TrimEnd('\r');
        }
        return users;
    }

    private static (X509Certificate2 Certificate, X509Certificate2Collection Chain) LoadCertificate(Arguments options)
    {
        string file = options.Required("--cert");
        X509Certificate2 certificate = X509Certificate2.CreateFromPemFile(file, options.Text("--key") ?? file);
        X509Certificate2Collection all = [];
        all.ImportFromPemFile(file);
        X509Certificate2Collection chain = [.. all.Where(other => !other.RawData.AsSpan().SequenceEqual(certificate.RawData))];
        return (certificate, chain);
    }

    internal static void WaitForSignal()
    {
        using ManualResetEventSlim ended = new();
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            ended.Set();
        }
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        ended.Wait();
        Log("stopping");
    }
}
