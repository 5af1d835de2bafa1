using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Diagnostics;

namespace TunnelCore.Session;

/// <summary>A whole tunnel as far as the login: PPP negotiation and authentication, then goodbye. Needs root.</summary>
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
            bool accepted = false;
            using CancellationTokenRegistration stop = cancellation.Register(() => tunnel.Stop(new Failure(Cause.Cancelled)));
            await foreach (TunnelEvent e in tunnel.Events.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
            {
                if (e is TunnelEvent.PhaseChanged { Phase: TunnelPhase.ConfiguringNetwork } or TunnelEvent.Up)
                {
                    accepted = true;
                    tunnel.Stop(new Failure(Cause.Cancelled));
                }
                else if (e is TunnelEvent.Down down && !accepted)
                {
                    cancellation.ThrowIfCancellationRequested();
                    throw new TunnelException(down.Failure);
                }
            }
            return options.Ppp.Certificate is null ? "the server accepts user and password" : "the server accepts the certificate";
        }
    }
}
