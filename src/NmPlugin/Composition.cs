using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace NmPlugin;

/// <summary>The one place that says which session the services run.</summary>
internal static class Composition
{
    /// <param name="loggers">For the tunnels' own lines.</param>
    public static ITunnelFactory Tunnels(ILoggerFactory loggers)
    {
        _ = loggers;
        return new NoSession();
    }

    /// <summary>Until the session is joined in: every attempt fails with a clear cause.</summary>
    private sealed class NoSession : ITunnelFactory
    {
        public ITunnel Create(TunnelOptions options) => throw new TunnelException(Cause.NotSupported, "this build has no tunnel session");
    }
}
