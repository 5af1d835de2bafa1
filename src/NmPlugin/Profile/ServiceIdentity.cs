namespace NmPlugin.Profile;

/// <summary>What a tunnel has to know about the service it runs in.</summary>
/// <param name="Service">Which of the services.</param>
/// <param name="ProcessId">Makes ipparam unique.</param>
/// <param name="Debug">PPP shall log its negotiation.</param>
internal sealed record ServiceIdentity(VpnService Service, int ProcessId, bool Debug)
{
    /// <summary>Debian's ip-up script leaves the resolver alone for names of this shape, because NetworkManager sets it.</summary>
    public string IpParam => $"{Service.Program}-{ProcessId}";
}
