using TunnelCore.Diagnostics;
using TunnelCore.Net;
using TunnelCore.Session;

namespace TunnelCli.Doctor;

/// <summary>The command line of vpn-doctor.</summary>
internal sealed record DoctorOptions
{
    public const string Usage = """
        usage: vpn-doctor sstp|pptp HOST[:PORT] [options]
               vpn-doctor PROFILE [--login] [--json]
        Walks through the steps of a connection one by one and says where it ends.

          PROFILE          name or UUID of a VPN connection of NetworkManager
          --user NAME      log in, too; the password is asked for on the terminal (root)
          --login          the same for a profile, as the user that it names
          --json           print one JSON object per line
          --help           this text
        for sstp:
          --ca-cert FILE   PEM file with the issuer of the server's certificate
          --host NAME      name that the server's certificate must carry (default: HOST)
          --pin SHA256     fingerprint that the server's certificate must have
          --cert-warn      go on in spite of a certificate error
          --proxy HOST:PORT        HTTP proxy on the way
          --proxy-user NAME        log in there; its password is asked for, too

        Exit status: 0 when every step worked, 254 for a certificate error, 1 for an error of PPTP, 255 for any other,
        2 for a wrong command line.
        """;

    private const int SstpPort = 443;
    private const int PptpPort = 1723;

    private sealed record Row(string Name, bool HasValue, Func<DoctorOptions, string, DoctorOptions?> Apply);

    /// <summary>null from Apply = the value is wrong.</summary>
    private static readonly Row[] s_options =
    [
        new("--ca-cert", true, (o, v) => o with { Tls = o.Tls with { CaFile = v } }),
        new("--host", true, (o, v) => o with { Tls = o.Tls with { ExpectedName = v } }),
        new("--cert-warn", false, (o, _) => o with { Tls = o.Tls with { IgnoreCertificateErrors = true } }),
        new("--pin", true, (o, v) => CertificatePin.TryParse(v, out CertificatePin? pin) ? o with { Tls = o.Tls with { Pins = [.. o.Tls.Pins, pin] } } : null),
        new("--proxy", true, (o, v) => ServerEndpoint.TryParse(v, ushort.MaxValue, out ServerEndpoint? proxy, out _) ? o with { Proxy = proxy } : null),
        new("--proxy-user", true, (o, v) => o with { ProxyUser = v }),
        new("--user", true, (o, v) => o with { User = v, Login = true }),
        new("--login", false, (o, _) => o with { Login = true }),
        new("--json", false, (o, _) => o with { Json = true }),
    ];

    /// <summary>null = the profile says.</summary>
    public ServerEndpoint? Server { get; init; }

    public TunnelProtocol Protocol { get; init; }

    public string? Profile { get; init; }

    public TlsOptions Tls { get; init; } = new();

    public ServerEndpoint? Proxy { get; init; }

    public string? ProxyUser { get; init; }

    public string? User { get; init; }

    public bool Login { get; init; }

    public bool Json { get; init; }

    /// <summary>Parses the arguments behind the program's name. Null with the reason in <paramref name="error"/>.</summary>
    public static DoctorOptions? Parse(ReadOnlySpan<string> arguments, out string? error)
    {
        DoctorOptions options = new();
        List<string> words = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (!name.StartsWith('-'))
            {
                words.Add(name);
                continue;
            }

            Row? row = Array.Find(s_options, row => row.Name == name);
            error = row is null ? $"unknown option: {name}" : row.HasValue && ++i == arguments.Length ? $"{name} needs a value" : null;
            if (error is not null)
            {
                return null;
            }

            string value = row!.HasValue ? arguments[i] : "";
            if (row.Apply(options, value) is not { } changed)
            {
                error = $"{name} {PrintableText.From(value)} is not usable";
                return null;
            }

            options = changed;
        }

        return Finish(options, words, out error);
    }

    private static DoctorOptions? Finish(DoctorOptions options, List<string> words, out string? error)
    {
        switch (words)
        {
            case ["sstp" or "pptp", var host]:
                bool sstp = words[0] == "sstp";
                error = null;
                return ServerEndpoint.TryParse(host, sstp ? SstpPort : PptpPort, out ServerEndpoint? server, out error)
                    ? options with { Server = server, Protocol = sstp ? TunnelProtocol.Sstp : TunnelProtocol.Pptp }
                    : null;
            case ["sstp" or "pptp"] or [] or [_, _, ..]:
                error = "a profile, or a protocol (sstp, pptp) and a server are wanted";
                return null;
            default:
                error = options.User is null ? null : "--user is for a server; a profile names its user (--login)";
                return error is null ? options with { Profile = words[0] } : null;
        }
    }
}
