using System.Buffers.Binary;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Pptp;
using TunnelCore.Wire.Gre;
using TunnelCore.Wire.Pptp;
using static Fuzz.PropertyException;

namespace Fuzz;

/// <summary>What a PPTP server sends on its control connection, and GRE from anybody.</summary>
internal static class PptpTargets
{
    private const ushort OurCallId = 0x1234;
    private const ushort ServerCallId = 0x4321;

    /// <summary>One of each kind, from the lengths that the protocol gives them.</summary>
    private static readonly byte[][] s_messages = [.. Enum.GetValues<PptpMessageType>().Where(t => PptpHeader.SizeOf(t) > 0).Select(Empty)];

    public static FuzzTarget[] All { get; } =
    [
        new("pptp-messages", [.. s_messages, [.. s_messages.SelectMany(m => m)]], Messages),
        new("pptp-machine", [Story(), .. s_messages.Select(m => Story(m))], Machine),
        new("gre-packet", [Packet(5, null, [0xFF, 3, 0, 0x21, 1, 2, 3]), Packet(9, 4, [0x21, 7]), Ack(77)], Gre),
        new("gre-window", [[.. Enumerable.Range(0, 64).Select(i => (byte)(i % 7))], [1, 1, 1, 0, 2, 255, 1, 1, 130, 1, 1]], Window),
    ];

    private static byte[] Empty(PptpMessageType type)
    {
        byte[] bytes = new byte[PptpHeader.SizeOf(type)];
        PptpHeader.Write(bytes, type);
        return bytes;
    }

    /// <summary>A reply that says yes, with the call IDs of this file.</summary>
    private static byte[] Good(PptpMessageType type)
    {
        byte[] bytes = Empty(type);
        bool call = type == PptpMessageType.OutgoingCallReply;
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(12), call ? ServerCallId : (ushort)0x0100);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), call ? OurCallId : (ushort)0x0100);
        bytes[call ? 16 : 14] = 1;
        return bytes;
    }

    /// <summary>A call that comes up, and what then comes; a wait and a length before each message.</summary>
    private static byte[] Story(params byte[][] then)
    {
        byte[][] all = [Good(PptpMessageType.StartControlConnectionReply), Good(PptpMessageType.OutgoingCallReply), .. then];
        return [.. all.SelectMany(m => (byte[])[1, (byte)m.Length, .. m])];
    }

    private static byte[] Packet(uint sequence, uint? ack, ReadOnlySpan<byte> payload)
    {
        byte[] bytes = new byte[GrePacket.MaxHeader + payload.Length];
        int size = GrePacket.WriteDataHeader(bytes, OurCallId, payload.Length, sequence, ack);
        payload.CopyTo(bytes.AsSpan(GrePacket.MaxHeader));
        return bytes[(GrePacket.MaxHeader - size)..];
    }

    private static byte[] Ack(uint acknowledged)
    {
        byte[] bytes = new byte[GrePacket.AckSize];
        GrePacket.WriteAck(bytes, OurCallId, acknowledged);
        return bytes;
    }

    private static int Messages(ReadOnlySpan<byte> input)
    {
        PptpMessageReader reader = new();
        HashCode outcome = new();
        while (!input.IsEmpty)
        {
            // In pieces of some octets, as TCP may have it.
            ReadOnlySpan<byte> piece = input[..Math.Min(input.Length, 23)];
            input = input[piece.Length..];
            while (!piece.IsEmpty)
            {
                PptpFraming framing = reader.Read(ref piece, out PptpHeader header, out PptpMessage? message);
                outcome.Add(framing);
                outcome.Add(message?.Type);
                if (framing == PptpFraming.Message && message is not null)
                {
                    byte[] written = new byte[message.Size];
                    message.Write(written);
                    Require(PptpHeader.Read(written, out PptpHeader again) == PptpFraming.Message, "what is written can be read");
                    Require(PptpMessage.Parse(again, written) == message, "parse(emit(message)) is the message");
                }
                else if (framing is not (PptpFraming.Message or PptpFraming.Incomplete))
                {
                    return outcome.ToHashCode();
                }
            }
        }
        return outcome.ToHashCode();
    }

    private static int Machine(ReadOnlySpan<byte> input)
    {
        PptpMachine machine = new(new PptpOptions(), OurCallId);
        TimeSpan now = TimeSpan.Zero;
        HashCode outcome = new();
        int failures = 0;
        Take(machine.Connected(now));
        Script script = new(input);
        while (!script.Ended)
        {
            now += TimeSpan.FromSeconds(script.Byte() % 64);
            Take(machine.Tick(now));
            Take(machine.Received(script.Block(script.Byte()), now));
        }
        Take(machine.Close(now, TimeSpan.FromSeconds(1)));
        for (int i = 0; machine.NextDeadline is { } due; i++)
        {
            Require(i < 8, "it ends after a few timers");
            now = due > now ? due : now;
            Take(machine.Tick(now));
        }
        Require(machine.State is PptpState.Closed, $"closed at last, not {machine.State.GetType().Name}");
        return outcome.ToHashCode();

        void Take(IReadOnlyList<PptpAction> actions)
        {
            foreach (PptpAction action in actions)
            {
                failures += action is PptpAction.Fail ? 1 : 0;
                outcome.Add(action.GetType());
                if (action is PptpAction.Send(var message))
                {
                    message.Write(new byte[message.Size]);
                }
            }
            Require(failures <= 1, "one failure at most");
        }
    }

    private static int Gre(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> payload = Ipv4Datagram.Payload(input);
        Require(payload.Length <= input.Length, "a datagram's payload is a part of it");
        GreFraming framing = GrePacket.Read(input, out GrePacket packet);
        if (framing == GreFraming.Packet && packet.Sequence is { } sequence)
        {
            byte[] again = Packet(sequence, packet.Acknowledgment, packet.Payload);
            again[6] = input[6];
            again[7] = input[7];
            Require(input.StartsWith(again), "emit(parse(packet)) is the packet");
        }
        return HashCode.Combine(framing, packet.Sequence is null, packet.Acknowledgment is null, payload.IsEmpty);
    }

    /// <summary>Packets in any order, lost, doubled, from far away: what is delivered is what was sent, never more than once for each time it came.</summary>
    private static int Window(ReadOnlySpan<byte> input)
    {
        GreStatistics statistics = new();
        GreAcks acks = new();
        GreWindow window = new(new PptpOptions(), OurCallId, ServerCallId, acks, new GreRoundTrip(), statistics);
        Sink sink = new();
        Script script = new(input);
        TimeSpan now = TimeSpan.FromHours(1);
        uint sequence = uint.MaxValue - 20;
        byte[] ack = new byte[GrePacket.AckSize];
        while (!script.Ended)
        {
            byte what = script.Byte();
            sequence = what switch
            {
                < 128 => sequence + (uint)(what % 16) - 4,
                < 160 => sequence + (uint)(what << 4),
                < 170 => sequence + 0x7FFF0000,
                _ => sequence + 1,
            };
            byte[] payload = [0xFF, 3, 0, 0x21, .. BitConverter.GetBytes(sequence), .. new byte[what % 9]];
            sink.Sent(sequence);
            byte[] gre = Packet(sequence, (what & 1) == 0 ? sequence : null, payload);
            window.Receive([0x45, .. new byte[19], .. gre], now, sink);
            now += TimeSpan.FromMilliseconds(what % 50);
            if (window.NextDeadline <= now)
            {
                window.Tick(now, sink);
            }
            _ = window.TryWriteDueAck(ack, now);
        }
        for (int i = 0; window.NextDeadline is { } due; i++)
        {
            Require(i < 2000, "what is held is let go");
            now = due > now ? due : now;
            window.Tick(now, sink);
        }
        return HashCode.Combine(statistics.RxLost, statistics.RxUnderWindow, statistics.RxOverWindow, statistics.RxBuffered);
    }

    private sealed class Sink : IFrameReceiver
    {
        private readonly Dictionary<uint, int> _open = [];

        public void Sent(uint sequence) => _open[sequence] = _open.GetValueOrDefault(sequence) + 1;

        public void Receive(ReadOnlySpan<byte> frame)
        {
            Require(frame.Length >= 8 && frame[0] == 0xFF && frame[3] == 0x21, "a frame is delivered as it came");
            uint sequence = BitConverter.ToUInt32(frame[4..]);
            Require(_open.TryGetValue(sequence, out int open) && open > 0, $"{sequence} is delivered more often than it came");
            _open[sequence] = open - 1;
        }

        public void EndOfBatch()
        {
        }
    }
}
