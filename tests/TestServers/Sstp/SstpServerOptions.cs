using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using TestServers.Crypto;
using TestServers.Ppp;

namespace TestServers.Sstp;

/// <summary>What the server does with each connection.</summary>
internal sealed class SstpServerOptions
{
    public IPEndPoint Endpoint { get; init; } = new(IPAddress.Loopback, 0);

    public required X509Certificate2 Certificate { get; init; }

    /// <summary>Sent with the certificate: intermediates.</summary>
    public X509Certificate2Collection Chain { get; init; } = [];

    public SslProtocols Tls { get; init; }

    /// <summary>Bitmask in Call Connect Ack: 1 SHA-1, 2 SHA-256.</summary>
    public byte HashMask { get; init; } = CryptoBinding.Sha1Bit | CryptoBinding.Sha256Bit;

    /// <summary>Name to password; the crypto binding is computed from it.</summary>
    public Dictionary<string, string> Users { get; init; } = [];

    /// <summary>File with the first 32 bytes of the last EAP-TLS master key, in hexadecimal; null = zeros are bound.</summary>
    public string? EapKeyFile { get; init; }

    /// <summary>Makes the server's end of PPP for "LOCAL:REMOTE".</summary>
    public required Func<string, IPppFrameFilter, IPppPeer> Peer { get; init; }

    public AddressPool Pool { get; init; } = new("10.77.0.1:10.77.0.100-200");

    /// <summary>When set, other values of the Host header get 404.</summary>
    public string? HostName { get; init; }

    public TimeSpan Negotiation { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Hello { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What the client gets after the last message, before the server closes.</summary>
    public TimeSpan CloseDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a client may refuse to read before it is given up.</summary>
    public TimeSpan SendLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Calls every binding wrong.</summary>
    public bool RefuseBinding { get; init; }

    /// <summary>What the server does some time after the call is connected.</summary>
    public ServerAction AfterConnected { get; init; }

    public TimeSpan AfterConnectedDelay { get; init; }

    public Action<string> Log { get; init; } = _ => { };
}
