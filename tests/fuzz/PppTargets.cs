using System.Runtime.InteropServices;
using TunnelCore.Buffers;
using TunnelCore.Link;
using TunnelCore.Pppd;
using TunnelCore.Wire.Hdlc;
using TunnelCore.Wire.Ppp;
using static Fuzz.PropertyException;

namespace Fuzz;

/// <summary>What comes from pppd and its plugins, and the frames of the PPP peer.</summary>
internal static class PppTargets
{
    private static readonly byte[][] s_frames =
    [
        [0xFF, 3, 0xC0, 0x21, 1, 1, 0, 24, 1, 4, 5, 0xDC, 2, 6, 0, 0, 0, 0, 3, 5, 0xC2, 0x23, 0x81, 5, 6, 1, 2, 3, 4],
        [0xFF, 3, 0xC0, 0x21, 5, 9, 0, 12, .. "goodbye!"u8],
        [0xC2, 0x23, 4, 1, 0, 34, .. "E=691 R=0 C=0123 V=3 M=no!!!!!"u8],
        [0xC0, 0x23, 3, 1, 0, 9, 4, .. "nope"u8],
        [0xC2, 0x27, 4, 1, 0, 4],
        [0x21, 0x45, 0, 0, 20, 1, 2, 3],
    ];

    public static FuzzTarget[] All { get; } =
    [
        new("hdlc-line", [.. s_frames.Select(f => Encoded(f, true)), [.. s_frames.SelectMany(f => Encoded(f, false))]], Line),
        new("hdlc-frame", s_frames, Frame),
        new("ppp-frame", s_frames, Peer),
        new("pppd-callback", [
            Callback(1, U32(2), U32(1), U32(0)), Callback(2, U32(8), U32(0)), Callback(4, U32(2), Counted(new byte[16]), Counted(new byte[16])),
            Callback(5, Counted("ppp0"u8), U32(0), new byte[24], U32(1400)), Callback(7), Callback(3, U32(1), Counted("server"u8))],
            Message),
        new("sstp-plugin-keys", [[1, 0, 16, 0, .. new byte[16], 2, 0, 16, 0, .. new byte[16]], SstpKeyMessage.WriteAck("name", new(System.Net.IPAddress.Loopback, 443))], Keys),
    ];

    private static byte[] U32(uint value) => BitConverter.GetBytes(value);

    private static byte[] Counted(ReadOnlySpan<byte> bytes) => [.. BitConverter.GetBytes((ushort)bytes.Length), .. bytes];

    private static byte[] Callback(ushort type, params byte[][] fields)
    {
        byte[] payload = [.. fields.SelectMany(f => f)];
        return [.. BitConverter.GetBytes(type), .. BitConverter.GetBytes((ushort)payload.Length), .. payload];
    }

    private static byte[] Encoded(ReadOnlySpan<byte> frame, bool escapeControls)
    {
        byte[] line = new byte[HdlcEncoder.MaxEncodedLength(frame.Length)];
        return line[..HdlcEncoder.Encode(frame, line, escapeControls)];
    }

    /// <summary>Any octets on the line: the frames are the same in whatever pieces they come.</summary>
    private static int Line(ReadOnlySpan<byte> input)
    {
        (int frames, HashCode content) = Drain(input, int.MaxValue);
        (int again, HashCode same) = Drain(input, 5);
        Require(frames == again && content.ToHashCode() == same.ToHashCode(), $"{frames} frames at once, {again} in pieces");
        return frames;
    }

    private static (int Frames, HashCode Content) Drain(ReadOnlySpan<byte> input, int piece)
    {
        HdlcReader reader = new();
        Sink sink = new();
        int frames = 0;
        while (!input.IsEmpty)
        {
            Span<byte> free = reader.Free;
            Require(!free.IsEmpty, "there is room");
            int some = Math.Min(Math.Min(piece, input.Length), free.Length);
            input[..some].CopyTo(free);
            reader.Filled(some);
            input = input[some..];
            frames += reader.Drain(sink);
        }
        return (frames, sink.Content);
    }

    /// <summary>decode(encode(frame)) is the frame.</summary>
    private static int Frame(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> frame = input[..Math.Min(input.Length, HdlcReader.MaxFrame)];
        foreach (bool escapeControls in new[] { false, true })
        {
            byte[] line = Encoded(frame, escapeControls);
            Require(!escapeControls || line.All(b => b >= 0x20), "no control character is left");
            byte[] raw = [.. line.SkipWhile(b => b == HdlcOctet.Flag).TakeWhile(b => b != HdlcOctet.Flag)];
            byte[] back = new byte[raw.Length];
            if (raw.Length >= HdlcDecoder.MinLength)
            {
                HdlcFrame result = HdlcDecoder.Decode(raw, back, out int length);
                Require(frame.Length < 2 || (result == HdlcFrame.Good && back.AsSpan(0, length).SequenceEqual(frame)), $"decode(encode(frame)) is {result}, {length} octets");
            }
        }
        return frame.Length == 0 ? 0 : frame[0];
    }

    private static int Peer(ReadOnlySpan<byte> input)
    {
        bool parsed = PppFrame.TryParse(input, out PppFrame frame);
        ServerWords words = new();
        LineObserver line = new();
        for (int i = 0; i < 3; i++)
        {
            words.Observe(input);
            line.Receive(input);
        }
        line.EndOfBatch();
        Require(words.Farewell is null or { Length: <= 1024 }, "a farewell fits a line");
        return HashCode.Combine(parsed, frame.IsControl, words.LcpSeen, words.SuccessSeen, words.Refusal?.Cause, words.Farewell is null, words.WantedMethod, line.GoodbyeId is null);
    }

    private static int Message(ReadOnlySpan<byte> input)
    {
        CallbackMessage? message = CallbackCodec.Parse(input);
        (message as CallbackMessage.Authenticated)?.Keys.Dispose();
        return message?.GetType().GetHashCode() ?? 0;
    }

    private static int Keys(ReadOnlySpan<byte> input)
    {
        bool header = input.Length >= SstpKeyMessage.HeaderSize && SstpKeyMessage.TryReadHeader(input[..SstpKeyMessage.HeaderSize], out int payload, out _);
        using PppKeys? keys = SstpKeyMessage.ReadKeys(input[..Math.Min(input.Length, SstpKeyMessage.MaxPayload)]);
        return HashCode.Combine(header, keys?.Send.Length, keys?.Receive.Length);
    }

    private sealed class Sink : IFrameSink
    {
        private readonly byte[] _buffer = new byte[16 * 1024];

        public HashCode Content;

        public Span<byte> Reserve(int maxLength)
        {
            Require(maxLength is > 0 and <= 8192, "a frame is not that long");
            return _buffer.AsSpan(0, maxLength);
        }

        public void Commit(int length)
        {
            if (length > 0)
            {
                Content.AddBytes(_buffer.AsSpan(0, length));
            }
        }

        public void Flush()
        {
        }
    }
}
