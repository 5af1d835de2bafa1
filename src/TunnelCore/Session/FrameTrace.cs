using System.Globalization;
using Microsoft.Extensions.Logging;
using TunnelCore.Wire.Ppp;

namespace TunnelCore.Session;

/// <summary>
/// Writes PPP frames down, for those who look for a fault: what they are, and if wanted their bytes. Frames of a login are never
/// shown: they hold passwords, or what passwords can be guessed from.
/// </summary>
internal sealed class FrameTrace(ILogger logger, bool withBytes)
{
    private const int MaxBytes = 64;

    public void Write(bool isSent, ReadOnlySpan<byte> frame)
    {
        string direction = isSent ? "sent" : "received";
        string what = PppFrame.TryParse(frame, out PppFrame parsed) ? Describe(parsed) : "no PPP frame";
        logger.Frame(direction, what, frame.Length);
        if (withBytes)
        {
            logger.FrameBytes(IsLogin(parsed.Protocol) ? "(a login's bytes are not shown)" : Hex(frame));
        }
    }

    private static bool IsLogin(PppProtocol protocol) => protocol is PppProtocol.Pap or PppProtocol.Chap or PppProtocol.Eap;

    private static string Describe(PppFrame frame)
    {
        string name = Enum.IsDefined(frame.Protocol)
            ? frame.Protocol.ToString().ToUpperInvariant()
            : string.Create(CultureInfo.InvariantCulture, $"protocol {(ushort)frame.Protocol:X4}");
        return frame.IsControl && frame.Information is [var code, var id, ..]
            ? string.Create(CultureInfo.InvariantCulture, $"{name} code {code} id {id}")
            : name;
    }

    private static string Hex(ReadOnlySpan<byte> frame) =>
        Convert.ToHexString(frame[..Math.Min(frame.Length, MaxBytes)]) + (frame.Length > MaxBytes ? "…" : "");
}
