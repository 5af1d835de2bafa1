namespace TunnelCore.Session;

/// <summary>Makes tunnels; the seam at which the service's and the programs' tests put a scripted one.</summary>
public interface ITunnelFactory
{
    ITunnel Create(TunnelOptions options);
}
