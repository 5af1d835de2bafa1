using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Sstp;
using TunnelCore.Wire.Http;
using TunnelCore.Wire.Sstp;
using static Fuzz.PropertyException;

namespace Fuzz;

/// <summary>What an SSTP server or a proxy sends.</summary>
internal static class SstpTargets
{
    private static readonly ControlMessage[] s_messages =
    [
        ControlMessage.CallConnectAck(SstpHashProtocols.Sha1 | SstpHashProtocols.Sha256, new byte[32]),
        ControlMessage.CallConnectNak(new StatusInfoAttribute(SstpAttributeId.EncapsulatedProtocolId, SstpStatus.ValueNotSupported)),
        ControlMessage.CallAbort(new StatusInfoAttribute(SstpAttributeId.NoError, SstpStatus.NoError)),
        ControlMessage.CallAbort(null),
        ControlMessage.CallDisconnect(null),
        ControlMessage.CallDisconnectAck,
        ControlMessage.EchoRequest,
        ControlMessage.EchoResponse,
    ];

    public static FuzzTarget[] All { get; } =
    [
        new("sstp-packets", [.. s_messages.Select(m => m.ToArray()), [.. s_messages.SelectMany(m => m.ToArray())]], Packets),
        new("sstp-machine", [[1, .. s_messages[0].ToArray(), 2, 5, 6, 3], .. s_messages.Select(m => (byte[])[1, .. m.ToArray(), 6])], Machine),
        new("http-reply", [
            Script.Bytes("HTTP/1.1 200 OK\r\nServer: Microsoft-HTTPAPI/2.0\r\nContent-Length: 18446744073709551615\r\n\r\n"),
            Script.Bytes("HTTP/1.0 407 Proxy Authentication Required\r\nProxy-Authenticate: Digest realm=\"a, b\", nonce=\"x\\\"y\", qop=\"auth\", algorithm=SHA-256\r\n\r\nbody")],
            Reply),
        new("http-challenge", [
            Script.Bytes("Basic realm=\"x\", Digest realm=\"a, b\", nonce=\"x\\\"y\", qop=\"auth,auth-int\", algorithm=SHA-256, stale=true"),
            Script.Bytes("Negotiate abcdef==, NTLM")],
            Challenge),
    ];

    /// <summary>A control message that is read is what it is written as.</summary>
    private static int Packets(ReadOnlySpan<byte> input)
    {
        SstpPacketCursor cursor = new(input);
        HashCode outcome = new();
        while (true)
        {
            int before = cursor.Rest.Length;
            SstpFraming framing = cursor.Next(out bool isControl, out ReadOnlySpan<byte> packet);
            outcome.Add(framing);
            if (framing != SstpFraming.Packet)
            {
                return outcome.ToHashCode();
            }
            Require(packet.Length >= SstpPacketHeader.Size && cursor.Rest.Length == before - packet.Length, "the cursor moves by the packet");
            if (isControl)
            {
                ControlMessage message = ControlMessage.Parse(packet);
                outcome.Add(message.Type);
                outcome.Add(message.Defect);
                if (message.Defect == default)
                {
                    // A status that came without its subject is written with one.
                    Require(message.Length <= packet.Length + (4 * message.Attributes.Count), "a message is hardly longer than its packet");
                    Require(ControlMessage.Parse(message.ToArray()) == message, "parse(emit(message)) is the message");
                }
            }
        }
    }

    /// <summary>Any messages, in any state, at any time: one failure at most, and an end in a few steps.</summary>
    private static int Machine(ReadOnlySpan<byte> input)
    {
        SstpMachine machine = new(new SstpTimers(), new byte[400]);
        Script script = new(input);
        TimeSpan now = TimeSpan.Zero;
        HashCode outcome = new();
        int failures = 0;
        while (!script.Ended)
        {
            SstpEvent happened = (script.Byte() % 8) switch
            {
                0 or 1 => new SstpEvent.Opened(),
                2 => new SstpEvent.Authenticated(new byte[32]),
                3 => new SstpEvent.Stop(new Failure(Cause.Cancelled)),
                4 => new SstpEvent.ConnectionEnded(new Failure(Cause.PeerEnded)),
                5 => new SstpEvent.Tick(true),
                6 => new SstpEvent.Tick(false),
                _ => new SstpEvent.FramingBroken("x"),
            };
            Step(happened);
            SstpPacketCursor cursor = new(script.Block(script.Byte()));
            while (cursor.Next(out bool isControl, out ReadOnlySpan<byte> packet) == SstpFraming.Packet)
            {
                if (isControl)
                {
                    Step(new SstpEvent.Received(ControlMessage.Parse(packet)));
                }
            }
            now += TimeSpan.FromSeconds(script.Byte() % 64);
        }
        Step(new SstpEvent.Stop(new Failure(Cause.Cancelled)));
        for (int i = 0; machine.NextDeadline is { } due; i++)
        {
            Require(i < 8, "it ends after a few timers");
            now = due > now ? due : now;
            Step(new SstpEvent.Tick(false));
        }
        Require(machine.Failure is not null, "an ended call has a reason");
        return outcome.ToHashCode();

        void Step(SstpEvent happened)
        {
            foreach (SstpAction action in machine.Process(happened, now))
            {
                failures += action is SstpAction.Fail ? 1 : 0;
                outcome.Add(action.GetType());
            }
            Require(failures <= 1, "one failure at most");
        }
    }

    /// <summary>The same, in whatever pieces it comes.</summary>
    private static int Reply(ReadOnlySpan<byte> input)
    {
        HttpReplyParser whole = new();
        HttpParse result = whole.Feed(input, out int consumed);
        Require(consumed <= input.Length, "no more is consumed than came");
        HttpReplyParser pieces = new();
        HttpParse last = HttpParse.NeedMore;
        int taken = 0;
        for (int i = 0; i < input.Length && last == HttpParse.NeedMore; i += 7)
        {
            last = pieces.Feed(input[i..Math.Min(i + 7, input.Length)], out int some);
            taken += some;
        }
        Require(last == result && taken == consumed, $"in pieces: {last} after {taken}, at once: {result} after {consumed}");
        Require((result == HttpParse.Complete) == (whole.Reply is not null), "a reply when it is complete");
        return HashCode.Combine(result, whole.Reply?.Status, whole.Reply?.Headers.Count);
    }

    private static int Challenge(ReadOnlySpan<byte> input)
    {
        IReadOnlyList<HttpChallenge> found = HttpChallengeReader.Read([Encoding.Latin1.GetString(input)]);
        Require(found.Count <= HttpChallengeReader.MaxChallenges, "not too many challenges");
        Require(found.All(c => c.Parameters.Count <= HttpChallengeReader.MaxParameters), "not too many parameters");
        return HashCode.Combine(found.Count, found.Sum(c => c.Parameters.Count));
    }
}
