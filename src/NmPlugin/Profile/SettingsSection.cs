using TunnelCore.Session;

namespace NmPlugin.Profile;

/// <summary>A heading of a settings file: whom the lines under it concern.</summary>
internal abstract record SettingsSection
{
    private SettingsSection()
    {
    }

    /// <summary>Higher wins.</summary>
    public abstract int Weight { get; }

    /// <summary>[defaults], [sstp], [pptp] or [connection UUID]; null for anything else.</summary>
    public static SettingsSection? Parse(string heading) => heading.Split(' ', StringSplitOptions.RemoveEmptyEntries) switch
    {
        ["defaults"] => new Defaults(),
        ["sstp"] => new OfProtocol(TunnelProtocol.Sstp),
        ["pptp"] => new OfProtocol(TunnelProtocol.Pptp),
        ["connection", var text] when Guid.TryParseExact(text, "D", out Guid uuid) => new OfConnection(uuid),
        _ => null,
    };

    public abstract bool Concerns(TunnelProtocol protocol, string uuid);

    public sealed record Defaults : SettingsSection
    {
        public override int Weight => 0;

        public override bool Concerns(TunnelProtocol protocol, string uuid) => true;
    }

    public sealed record OfProtocol(TunnelProtocol Protocol) : SettingsSection
    {
        public override int Weight => 1;

        public override bool Concerns(TunnelProtocol protocol, string uuid) => protocol == Protocol;
    }

    public sealed record OfConnection(Guid Uuid) : SettingsSection
    {
        public override int Weight => 2;

        public override bool Concerns(TunnelProtocol protocol, string uuid) => Guid.TryParse(uuid, out Guid own) && own == Uuid;
    }
}
