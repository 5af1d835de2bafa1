using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>A row of <see cref="ProfileKeys"/>: everything that is known about one key.</summary>
/// <param name="Name">As in vpn.data or vpn.secrets.</param>
/// <param name="Place">Where it may stand.</param>
/// <param name="TypeName">For the documentation.</param>
/// <param name="Meaning">For the documentation: what it does.</param>
internal abstract record ProfileKey(string Name, KeyPlace Place, string TypeName, string Meaning)
{
    /// <summary>The one protocol whose profiles have it; null = all of them.</summary>
    public TunnelProtocol? Only { get; init; }

    /// <summary>The profile cannot do without it.</summary>
    public bool Required { get; init; }

    /// <summary>For the documentation: what holds when it is absent.</summary>
    public string WhenAbsent { get; init; } = "nothing";

    /// <summary>What the key asks for and this version cannot do yet; null when it works.</summary>
    public NotYet? NotYet { get; init; }

    /// <summary>Accepted for compatibility; says nothing to this service.</summary>
    public bool Ignored { get; init; }

    /// <summary>A setting of this service's own, which editors drop: settings files may have it, too.</summary>
    public bool Own { get; init; }

    /// <summary>Reads the text into the draft.</summary>
    /// <exception cref="TunnelException">BadKey with the key's name.</exception>
    public abstract void Apply(ProfileDraft draft, string text);
}
