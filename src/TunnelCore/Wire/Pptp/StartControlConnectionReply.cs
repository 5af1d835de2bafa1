using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Start-Control-Connection-Reply (RFC 2637 2.2), 156 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                                        |
/// | 12  | 2    | Protocol Version, 0100                       |
/// | 14  | 1    | Result Code                                  |
/// | 15  | 1    | Error Code, with result 2                    |
/// | 16  | 4    | Framing Capabilities                         |
/// | 20  | 4    | Bearer Capabilities                          |
/// | 24  | 2    | Maximum Channels                             |
/// | 26  | 2    | Firmware Revision                            |
/// | 28  | 64   | Host Name                                    |
/// | 92  | 64   | Vendor String                                |
/// </remarks>
internal sealed record StartControlConnectionReply(
    ushort Version, StartResult Result, GeneralError Error, uint FramingCapabilities, uint BearerCapabilities,
    ushort MaximumChannels, ushort FirmwareRevision, string HostName, string Vendor)
    : PptpMessage(PptpMessageType.StartControlConnectionReply)
{
    internal StartControlConnectionReply(ReadOnlySpan<byte> m)
        : this(ReadUInt16BigEndian(m[12..]), (StartResult)m[14], (GeneralError)m[15], ReadUInt32BigEndian(m[16..]),
            ReadUInt32BigEndian(m[20..]), ReadUInt16BigEndian(m[24..]), ReadUInt16BigEndian(m[26..]),
            PptpText.Read(m[28..92]), PptpText.Read(m[92..156]))
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt16BigEndian(m[12..], Version);
        m[14] = (byte)Result;
        m[15] = (byte)Error;
        WriteUInt32BigEndian(m[16..], FramingCapabilities);
        WriteUInt32BigEndian(m[20..], BearerCapabilities);
        WriteUInt16BigEndian(m[24..], MaximumChannels);
        WriteUInt16BigEndian(m[26..], FirmwareRevision);
        PptpText.Write(m[28..92], HostName);
        PptpText.Write(m[92..156], Vendor);
    }
}
