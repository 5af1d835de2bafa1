using TunnelCore.Diagnostics;

namespace NmPlugin.Profile;

/// <summary>What the settings files say: settings of this service that no editor knows, as defaults and for single connections.</summary>
/// <param name="Entries">In the order of the files and of the lines in them.</param>
/// <param name="Problem">What kept a file from being read; no connection is made then.</param>
internal sealed record OwnSettings(IReadOnlyList<SettingsEntry> Entries, Failure? Problem = null)
{
    public static OwnSettings None { get; } = new([]);

    /// <summary>Sets what the files say for one connection, the most specific last. Lines for other connections are not looked at.</summary>
    /// <exception cref="TunnelException">BadSettings with file and line.</exception>
    public void Apply(ProfileDraft draft, VpnService service, string uuid)
    {
        if (Problem is { } problem)
        {
            throw new TunnelException(problem);
        }
        // OrderBy is stable: within one heading, later files win.
        foreach (SettingsEntry entry in Entries.Where(entry => entry.Section.Concerns(service.Protocol, uuid)).OrderBy(entry => entry.Section.Weight))
        {
            Apply(draft, entry, service);
        }
    }

    private static void Apply(ProfileDraft draft, SettingsEntry entry, VpnService service)
    {
        ProfileKey? key = service.Keys.Find(entry.Key) ?? ProfileKeys.Find(entry.Key);
        string shown = $"'{PrintableText.From(entry.Key, 80)}'";
        string? complaint = key switch
        {
            null => $"{shown} is not known here ({Hint(entry.Key)})",
            { Own: false } => $"{shown} belongs into the profile's vpn.data or vpn.secrets",
            { Only: { } only } when only != service.Protocol && entry.Section is not SettingsSection.Defaults => $"{shown} is of no meaning for {service.Name}",
            _ => null,
        };
        if (complaint is not null)
        {
            throw new TunnelException(Cause.BadSettings, $"{entry.Place}: {complaint}");
        }
        if (key!.Only is { } other && other != service.Protocol)
        {
            return;
        }
        try
        {
            key.Apply(draft, entry.Value);
        }
        catch (TunnelException e) when (e.Failure.Cause == Cause.BadKey)
        {
            throw new TunnelException(Cause.BadSettings, $"{entry.Place}: {e.Failure.Detail}", e);
        }
    }

    private static string Hint(string name) =>
        NearestKey.Find(name, ProfileKeys.All.Where(key => key.Own).Select(key => key.Name)) is { } nearest ? $"did you mean '{nearest}'?" : "there is nothing like it";
}
