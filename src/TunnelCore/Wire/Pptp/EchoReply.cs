using static System.Buffers.Binary.BinaryPrimitives;

namespace TunnelCore.Wire.Pptp;

/// <summary>Echo-Reply (RFC 2637 2.6), 20 bytes.</summary>
/// <remarks>
/// | Off | Size | Field                                 |
/// | 12  | 4    | Identifier of the request             |
/// | 16  | 1    | Result Code: 1 ok, 2 general error    |
/// | 17  | 1    | Error Code                            |
/// | 18  | 2    | Reserved1                             |
/// </remarks>
internal sealed record EchoReply(uint Identifier, byte Result, GeneralError Error) : PptpMessage(PptpMessageType.EchoReply)
{
    public const byte Ok = 1;

    internal EchoReply(ReadOnlySpan<byte> m)
        : this(ReadUInt32BigEndian(m[12..]), m[16], (GeneralError)m[17])
    {
    }

    protected override void WriteFields(Span<byte> m)
    {
        WriteUInt32BigEndian(m[12..], Identifier);
        m[16] = Result;
        m[17] = (byte)Error;
    }
}
