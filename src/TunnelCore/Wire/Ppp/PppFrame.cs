using System.Buffers.Binary;

namespace TunnelCore.Wire.Ppp;

/// <summary>A PPP frame as SSTP and GRE carry it: without flags, escapes and FCS (RFC 1661 2, RFC 1662 3.1).</summary>
/// <remarks>
/// | Size   | Field                                                              |
/// | 0 or 2 | FF 03, absent when address/control compression is in use           |
/// | 1 or 2 | Protocol; one byte (odd) when protocol compression is in use       |
/// | n      | Information                                                        |
/// </remarks>
internal readonly ref struct PppFrame
{
    private const ushort AddressAndControl = 0xFF03;
    private const ushort FirstControlProtocol = 0x8000;

    private PppFrame(PppProtocol protocol, ReadOnlySpan<byte> information)
    {
        Protocol = protocol;
        Information = information;
    }

    public PppProtocol Protocol { get; }

    public ReadOnlySpan<byte> Information { get; }

    /// <summary>LCP, authentication and NCPs, as opposed to network-layer packets.</summary>
    public bool IsControl => (ushort)Protocol >= FirstControlProtocol;

    /// <summary>False for a frame without a protocol number, or with one that breaks RFC 1661's rule (last byte odd, first byte even).</summary>
    public static bool TryParse(ReadOnlySpan<byte> frame, out PppFrame parsed)
    {
        parsed = default;
        if (frame.Length >= 2 && BinaryPrimitives.ReadUInt16BigEndian(frame) == AddressAndControl)
        {
            frame = frame[2..];
        }
        if (frame.IsEmpty)
        {
            return false;
        }
        if ((frame[0] & 1) != 0)
        {
            parsed = new PppFrame((PppProtocol)frame[0], frame[1..]);
            return true;
        }
        if (frame.Length < 2 || (frame[1] & 1) == 0)
        {
            return false;
        }
        parsed = new PppFrame((PppProtocol)BinaryPrimitives.ReadUInt16BigEndian(frame), frame[2..]);
        return true;
    }
}
