using System.Collections.Frozen;
using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>The rows of <see cref="ProfileKeys"/> that belong to one protocol.</summary>
internal sealed class ProfileKeyTable
{
    private readonly FrozenDictionary<string, ProfileKey> _byName;

    public ProfileKeyTable(IEnumerable<ProfileKey> all, TunnelProtocol protocol)
    {
        Rows = [.. all.Where(key => key.Only is null || key.Only == protocol)];
        _byName = Rows.ToFrozenDictionary(key => key.Name);
    }

    /// <summary>In the order of the documentation; values are read in this order too.</summary>
    public IReadOnlyList<ProfileKey> Rows { get; }

    public ProfileKey? Find(string name) => _byName.GetValueOrDefault(name);
}
