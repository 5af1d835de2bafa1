using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Start-Control-Connection-Request (RFC 2637 2.1), 156 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                                        |
/// | 12  | 2    | Protocol Version, 0100                       |
/// | 14  | 2    | Reserved1                                    |
/// | 16  | 4    | Framing Capabilities: 1 async, 2 sync        |
/// | 20  | 4    | Bearer Capabilities: 1 analog, 2 digital     |
/// | 24  | 2    | Maximum Channels, 0 from a client            |
/// | 26  | 2    | Firmware Revision                            |
/// | 28  | 64   | Host Name                                    |
/// | 92  | 64   | Vendor String                                |
/// </remarks>
internal sealed record StartControlConnectionRequest(
    ushort Version, uint FramingCapabilities, uint BearerCapabilities, ushort MaximumChannels, ushort FirmwareRevision,
    string HostName, string Vendor)
    : PptpMessage(PptpMessageType.StartControlConnectionRequest)
{
    /// <summary>The one protocol version there is.</summary>
    public const ushort Version1 = 0x0100;

    internal StartControlConnectionRequest(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), ReadUInt32BigEndian(m[16..]), ReadUInt32BigEndian(m[20..]),
            ReadUInt16BigEndian(m[24..]), ReadUInt16BigEndian(m[26..]), PptpText.Read(m[28..92]), PptpText.Read(m[92..156]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], Version);
        WriteUInt32BigEndian(m[16..], FramingCapabilities);
        WriteUInt32BigEndian(m[20..], BearerCapabilities);
        WriteUInt16BigEndian(m[24..], MaximumChannels);
        WriteUInt16BigEndian(m[26..], FirmwareRevision);
        PptpText.Write(m[28..92], HostName);
        PptpText.Write(m[92..156], Vendor);
    }
}
