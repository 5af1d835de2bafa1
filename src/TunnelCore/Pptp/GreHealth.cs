namespace TunnelCore.Pptp;

/// <summary>Counters of the packet path that tell whether GRE works.</summary>
/// <param name="Sent">Packets sent.</param>
/// <param name="Received">Packets of our call received.</param>
/// <param name="ProtocolUnreachable">ICMP "protocol unreachable" answers.</param>
/// <param name="SendFailures">Packets that the kernel would not send.</param>
/// <param name="SendError">Words for the last of them.</param>
internal readonly record struct GreHealth(long Sent, long Received, long ProtocolUnreachable, long SendFailures, string SendError);
