using System.Net;
using TunnelCore.Net;
using TunnelCore.Pppd;

namespace TunnelCore.Session;

/// <summary>A tunnel as a program runs it: on a line that it was given, or with a pppd whose words the user chooses.</summary>
public sealed record ProgramOptions
{
    public required TunnelOptions Tunnel { get; init; }

    /// <summary>The line of a pppd that is there already; null = start one.</summary>
    public LineSettings? Line { get; init; }

    /// <summary>For the pppd that is started.</summary>
    public IReadOnlyList<string> PppdWords { get; init; } = [];

    /// <summary>Whether the server gets a route beside the tunnel.</summary>
    public ServerRouteWish ServerRoute { get; init; }

    /// <summary>Called with a route that was set; the tunnel removes it at its end, if it still may.</summary>
    public Action<HostRoute>? RouteAdded { get; init; }

    /// <summary>Called with the address when the server is connected.</summary>
    public Action<IPAddress>? Connected { get; init; }

    /// <summary>Called once when the login is over and the server knows it, before pppd goes on. May throw <see cref="Diagnostics.TunnelException"/>.</summary>
    public Action? Authenticated { get; init; }

    public FrameDetail Frames { get; init; }
}
