using Microsoft.Extensions.Logging;
using TunnelCore.Session;

namespace NmPlugin;

/// <summary>The one place that says which tunnels the services run.</summary>
internal static class Composition
{
    /// <param name="loggers">For the tunnels' own lines.</param>
    public static ITunnelFactory Tunnels(ILoggerFactory loggers) => new TunnelFactory(loggers);
}
