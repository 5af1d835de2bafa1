using TunnelCli.Options;

namespace TunnelCli.Pptpsetup;

/// <summary>What the command line of pptpsetup says, and its table.</summary>
internal sealed class PptpSetupOptions
{
    public const int UsageStatus = 255;

    public static IReadOnlyList<OptionRow<PptpSetupOptions>> Table { get; } =
    [
        new("create", "TUNNEL", "make the files for a tunnel of this name", (o, v) => o.Create = v) { Short = 'c' },
        new("delete", "TUNNEL", "remove them again", (o, v) => o.Delete = v),
        new("server", "SERVER", "name or address of the server", (o, v) => o.Server = v) { Short = 's' },
        new("domain", "DOMAIN", "domain of the user", (o, v) => o.Domain = v) { Short = 'd' },
        new("username", "NAME", "name of the user", (o, v) => o.User = v) { Short = 'u' },
        new("password", "PASSWORD", "password (others can see it; without it you are asked)", (o, v) => o.Password = v) { Short = 'p' },
        new("encrypt", null, "demand encryption (MPPE, 128 bits)", (o, _) => o.Encrypt = true) { Short = 'e' },
        new("start", null, "start the tunnel at once", (o, _) => o.Start = true),
        new("help", null, "this text", (o, _) => o.Help = true) { Short = 'h' },
    ];

    public static OptionGrammar Grammar { get; } = new(UsageStatus, FirstOfAmbiguous: false);

    public string? Create { get; set; }

    public string? Delete { get; set; }

    public string? Server { get; set; }

    public string? Domain { get; set; }

    public string? User { get; set; }

    public string? Password { get; set; }

    public bool Encrypt { get; set; }

    public bool Start { get; set; }

    public bool Help { get; set; }
}
