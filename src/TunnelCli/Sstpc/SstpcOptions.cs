using TunnelCli.Logging;
using TunnelCore.Link;

namespace TunnelCli.Sstpc;

/// <summary>What the command line of sstpc says.</summary>
internal sealed class SstpcOptions
{
    public string? CaFile { get; set; }

    public string? CaDirectory { get; set; }

    public string? CrlFile { get; set; }

    public string? CrlDirectory { get; set; }

    public bool CertWarn { get; set; }

    /// <summary>Name for the certificate, SNI and the Host header, where the server is given as an address.</summary>
    public string? Host { get; set; }

    public int Port { get; set; } = 443;

    /// <summary>Last part of the name of the callback socket.</summary>
    public string IpParam { get; set; } = "uds-sock";

    public bool NoLaunchPppd { get; set; }

    public string? User { get; set; }

    public Secret? Password { get; set; }

    public string? Proxy { get; set; }

    public bool SaveServerRoute { get; set; }

    /// <summary>For the server's logs, as given.</summary>
    public string? Uuid { get; set; }

    /// <summary>Null = not given.</summary>
    public string? PrivUser { get; set; }

    public string? PrivGroup { get; set; }

    public string PrivDirectory { get; set; } = "/var/run/sstpc";

    public bool Help { get; set; }

    public bool Version { get; set; }

    public int LogLevel { get; set; }

    public LogTarget LogTarget { get; set; }

    public string SyslogSocket { get; set; } = "/dev/log";

    /// <summary>Additional file; null = none, "" = the default name.</summary>
    public string? LogFile { get; set; }

    public bool LogLineNumbers { get; set; }

    public string? LogIdent { get; set; }

    /// <summary>Only lines from rooms whose name fits one of these are written; empty = all.</summary>
    public IReadOnlyList<string> LogTokens { get; set; } = [];

    /// <summary>As typed; null = none given.</summary>
    public string? Server { get; set; }

    public IReadOnlyList<string> PppdWords { get; set; } = [];
}
