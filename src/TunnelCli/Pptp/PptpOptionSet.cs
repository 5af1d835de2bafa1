using System.Net;
using TunnelCore.Pptp;

namespace TunnelCli.Pptp;

/// <summary>What the command line of pptp says.</summary>
internal sealed class PptpOptionSet
{
    public string Phone { get; set; } = "";

    public bool NoLaunchPppd { get; set; }

    public PptpQuirk Quirk { get; set; }

    public bool Debug { get; set; }

    public bool Sync { get; set; }

    public TimeSpan ReorderTimeout { get; set; } = TimeSpan.FromSeconds(0.3);

    public bool NoBuffer { get; set; }

    public TimeSpan IdleWait { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan MaxEchoWait { get; set; } = TimeSpan.FromSeconds(60);

    public string LogString { get; set; } = "anon";

    public IPAddress? LocalBind { get; set; }

    /// <summary>Null = not given.</summary>
    public int? LogLevel { get; set; }

    public int RoutingMark { get; set; }

    public bool NoHostRoute { get; set; }

    public int? MissingWindow { get; set; }

    public int TestType { get; set; }

    public int TestRate { get; set; } = 100;

    public bool Help { get; set; }

    public bool Version { get; set; }

    public int Port { get; set; } = 1723;

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    public string DataPath { get; set; } = "auto";

    public bool ExtendedExitCodes { get; set; }

    public bool SendSetLinkInfo { get; set; }

    public ushort Window { get; set; } = 64;

    /// <summary>For pppd; null = its default of 38400.</summary>
    public int? Speed { get; set; }

    public string? PidFile { get; set; }

    /// <summary>Words for pppd that options stand for; they follow the user's own.</summary>
    public List<string> MappedWords { get; } = [];

    /// <summary>Options that only a pppd of our own could obey, as given.</summary>
    public List<string> LaunchOnly { get; } = [];

    /// <summary>What the table has to say about values.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Inherited descriptors of a gateway whose launcher waits for the call: the pipe to it, and the slave of its pty.</summary>
    public int? ReadyDescriptor { get; set; }

    public string? Server { get; set; }

    public IReadOnlyList<string> PppdWords { get; set; } = [];
}
