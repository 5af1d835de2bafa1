using System.Buffers.Binary;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>
/// Overhears what the server says in clear about the end of a link: pppd's exit status tells less. Looks at frames on their way to
/// pppd, or at what its plugin tells of them; written by one thread, read when pppd has ended.
/// </summary>
internal sealed class ServerWords
{
    private const ushort Lcp = 0xC021;
    private const ushort Pap = 0xC023;
    private const ushort Chap = 0xC223;
    private const ushort Eap = 0xC227;
    private const int PacketHeader = 4; // code, id, length
    private const byte EapMsChapV2 = 26;

    private volatile bool _lcpSeen;
    private volatile bool _successSeen;
    private volatile Failure? _refusal;
    private volatile string? _farewell;
    private volatile ushort[]? _wantedMethod;

    /// <summary>The server has sent any LCP packet.</summary>
    public bool LcpSeen => _lcpSeen;

    /// <summary>The server has said that the login is good.</summary>
    public bool SuccessSeen => _successSeen;

    /// <summary>The server's refusal of the login, with its words where it gave some; null when it did not refuse.</summary>
    public Failure? Refusal => _refusal;

    /// <summary>Text of its LCP Terminate-Request, printable; null when it sent none.</summary>
    public string? Farewell => _farewell;

    /// <summary>Authentication that its LCP Configure-Requests demanded last; null when they demanded none.</summary>
    public AuthenticationMethods? WantedMethod => _wantedMethod is [ushort protocol, ushort algorithm] ? MethodOf(protocol, algorithm) : null;

    public void Observe(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > 2 && frame[0] == 0xFF && frame[1] == 0x03)
        {
            frame = frame[2..];
        }

        // C0xx and C2xx: link control and authentication. Everything else is none of our business, data above all.
        if (frame.Length < 2 + PacketHeader || (frame[0] & 0xFD) != 0xC0)
        {
            return;
        }

        ushort protocol = BinaryPrimitives.ReadUInt16BigEndian(frame);
        ReadOnlySpan<byte> packet = frame[2..];
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (length < PacketHeader || length > packet.Length)
        {
            return;
        }

        ReadOnlySpan<byte> body = packet[PacketHeader..length];
        switch (protocol)
        {
            case Lcp: ObserveLcp(packet[0], body); break;
            case Pap: ObservePap(packet[0], body); break;
            case Chap: ObserveChap(packet[0], body); break;
            case Eap: ObserveEap(packet[0], body); break;
        }
    }

    private void ObserveLcp(byte code, ReadOnlySpan<byte> body)
    {
        _lcpSeen = true;
        switch (code)
        {
            case 1: _wantedMethod = AuthenticationOption(body) ?? _wantedMethod; break;
            case 5: _farewell = Printable.From(body); break;
        }
    }

    private void ObservePap(byte code, ReadOnlySpan<byte> body)
    {
        ReadOnlySpan<byte> text = body.IsEmpty ? body : body[1..Math.Min(1 + body[0], body.Length)];
        switch (code)
        {
            case 2: _successSeen = true; break;
            case 3: _refusal = new Failure(Cause.AuthenticationFailed, Printable.From(text)); break;
        }
    }

    private void ObserveChap(byte code, ReadOnlySpan<byte> body)
    {
        switch (code)
        {
            case 3: _successSeen = true; break;
            case 4: _refusal = MsChapError.ToFailure(Printable.From(body)); break;
        }
    }

    private void ObserveEap(byte code, ReadOnlySpan<byte> body)
    {
        // Request of type MS-CHAPv2, operation Failure: op, id, u16 length, text.
        if (code == 1 && body.Length > 5 && body[0] == EapMsChapV2 && body[1] == 4)
        {
            _refusal = MsChapError.ToFailure(Printable.From(body[5..]));
        }
        else if (code is 3)
        {
            _successSeen = true;
        }
        else if (code is 4)
        {
            _refusal ??= new Failure(Cause.AuthenticationFailed);
        }
    }

    /// <summary>Option 3 of a Configure-Request: protocol and, for CHAP, the algorithm.</summary>
    private static ushort[]? AuthenticationOption(ReadOnlySpan<byte> options)
    {
        while (options.Length >= 2 && options[1] >= 2 && options[1] <= options.Length)
        {
            int length = options[1];
            if (options[0] == 3 && length >= 4)
            {
                return [BinaryPrimitives.ReadUInt16BigEndian(options[2..]), length > 4 ? options[4] : (ushort)0];
            }

            options = options[length..];
        }

        return null;
    }

    private static AuthenticationMethods? MethodOf(ushort protocol, ushort algorithm) => (protocol, algorithm) switch
    {
        (Pap, _) => AuthenticationMethods.Pap,
        (Eap, _) => AuthenticationMethods.Eap,
        (Chap, 5) => AuthenticationMethods.Chap,
        (Chap, 0x80) => AuthenticationMethods.MsChap,
        (Chap, 0x81) => AuthenticationMethods.MsChapV2,
        _ => null,
    };
}
