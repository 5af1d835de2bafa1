using TunnelCore.Net;

namespace TunnelCli.Doctor;

/// <summary>What vpn-doctor is asked to look at.</summary>
internal sealed record DoctorOptions(ServerEndpoint Server, TlsOptions Tls)
{
    public const string Usage = """
        usage: vpn-doctor sstp HOST[:PORT] [options]
        Walks through the steps of a connection one by one and says where it ends.

          --ca-cert FILE   PEM file with additional trusted issuers
          --host NAME      name that the server's certificate must carry (default: HOST)
          --cert-warn      go on in spite of a certificate error
          --help           this text

        Exit status: 0 when every step worked, 254 for a certificate error, 255 for any other, 2 for a wrong command line.
        """;

    private const int SstpPort = 443;

    /// <summary>Parses the arguments behind the program's name. Null with the reason in <paramref name="error"/>.</summary>
    public static DoctorOptions? Parse(ReadOnlySpan<string> arguments, out string? error)
    {
        TlsOptions tls = new();
        List<string> words = [];
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            if (!name.StartsWith('-'))
            {
                words.Add(name);
                continue;
            }

            bool wantsValue = name is "--ca-cert" or "--host";
            if (wantsValue && ++i == arguments.Length)
            {
                error = $"{name} needs a value";
                return null;
            }

            switch (name)
            {
                case "--ca-cert":
                    tls = tls with { CaFile = arguments[i] };
                    break;
                case "--host":
                    tls = tls with { ExpectedName = arguments[i] };
                    break;
                case "--cert-warn":
                    tls = tls with { IgnoreCertificateErrors = true };
                    break;
                default:
                    error = $"unknown option: {name}";
                    return null;
            }
        }

        if (words is not ["sstp", string host])
        {
            error = "the protocol (sstp) and a server are wanted";
            return null;
        }

        return ServerEndpoint.TryParse(host, SstpPort, out ServerEndpoint? server, out error) ? new DoctorOptions(server, tls) : null;
    }
}
