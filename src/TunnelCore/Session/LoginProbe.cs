using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Diagnostics;

namespace TunnelCore.Session;

/// <summary>
/// A whole tunnel until it is up, then goodbye: a server that refuses SSTP's crypto binding or has no address to give says so only after
/// the login. Needs root.
/// </summary>
public static class LoginProbe
{
    /// <summary>Throws TunnelException with the reason, as the service would report it.</summary>
    public static async Task<string> LoginAsync(TunnelOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        // Name servers are not asked for: this machine's are not to change.
        TunnelOptions quiet = options with { Ppp = options.Ppp with { RequestDns = false, IpParam = $"nm-vpn-doctor-service-{Environment.ProcessId}" } };
        ITunnel tunnel = new TunnelFactory(NullLoggerFactory.Instance).Create(quiet);
        await using (tunnel.ConfigureAwait(false))
        {
            tunnel.Start();
            string? address = null;
            using CancellationTokenRegistration stop = cancellation.Register(() => tunnel.Stop(new Failure(Cause.Cancelled)));
            await foreach (TunnelEvent e in tunnel.Events.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                if (e is TunnelEvent.Up up)
                {
                    address = up.Ip4?.Address.ToString() ?? "IPv6 only";
                    tunnel.Stop(new Failure(Cause.Cancelled));
                }
                else if (e is TunnelEvent.Down down && address is null)
                {
                    cancellation.ThrowIfCancellationRequested();
                    throw new TunnelException(down.Failure);
                }
            }
            string accepted = options.Ppp.Certificate is null ? "user and password" : "the certificate";
            return $"the server accepts {accepted}, and gives an address ({address})";
        }
    }
}
