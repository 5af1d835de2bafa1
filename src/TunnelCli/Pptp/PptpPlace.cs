namespace TunnelCli.Pptp;

/// <summary>Where a run takes place; tests put it elsewhere than in the system.</summary>
/// <param name="Line">Descriptor of the line.</param>
/// <param name="Syslog">Socket of syslog.</param>
/// <param name="Errors">Standard error.</param>
/// <param name="OwnsStreams">Whether standard output and error are ours to close.</param>
internal sealed record PptpPlace(int Line, string Syslog, TextWriter Errors, bool OwnsStreams)
{
    public static PptpPlace System { get; } = new(0, "/dev/log", Running.StandardStreams.OpenErrors(), true);
}
