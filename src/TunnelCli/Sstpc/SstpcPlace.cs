namespace TunnelCli.Sstpc;

/// <summary>Where a run takes place; tests put it elsewhere than in the system.</summary>
/// <param name="Line">Descriptor of the line.</param>
/// <param name="SocketDirectory">Where the plugins of pppd look for the callback socket.</param>
/// <param name="MayBecomeAnother">Whether the process is ours to change its user.</param>
internal sealed record SstpcPlace(int Line, string SocketDirectory, bool MayBecomeAnother)
{
    public static SstpcPlace System { get; } = new(0, "/var/run/sstpc", true);
}
