using TunnelCore.Buffers;
using TunnelCore.Pptp;
using TunnelCore.Wire.Gre;

namespace TunnelCore.Tests.Pptp;

/// <summary>A receive window on a clock that the test moves; every frame carries its own sequence number and a tag.</summary>
internal sealed class WindowRig : IFrameReceiver
{
    public const ushort OurCallId = 0x1234;
    public const ushort ServerCallId = 0x4321;

    private readonly GreAcks _acks = new();
    private readonly GreRoundTrip _roundTrip = new();
    private readonly GreWindow _window;
    private readonly byte[] _datagram = new byte[65535];

    public WindowRig(PptpOptions? options = null)
    {
        _window = new GreWindow(options ?? new PptpOptions(), OurCallId, ServerCallId, _acks, _roundTrip, Statistics);
        Sender = new GreSender(ServerCallId, _acks, _roundTrip);
    }

    public GreStatistics Statistics { get; } = new();

    public GreSender Sender { get; }

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(50);

    /// <summary>Sequence numbers as delivered, with the tag behind a dash when there is one.</summary>
    public List<string> Delivered { get; } = [];

    /// <summary>When each was delivered.</summary>
    public List<TimeSpan> Times { get; } = [];

    /// <summary>Numbers of the acknowledgments that were sent alone.</summary>
    public List<uint> Acks { get; } = [];

    public bool Collects { get; set; } = true;

    public int Frames { get; private set; }

    public TimeSpan? NextDeadline => _window.NextDeadline;

    public string Order => string.Join(' ', Delivered);

    public WindowRig Hear(params uint[] sequences)
    {
        foreach (uint sequence in sequences)
        {
            Hear(sequence, "");
        }

        return this;
    }

    public WindowRig Hear(uint sequence, string tag, uint? ack = null) =>
        HearFrame(sequence, [0xFF, 0x03, 0, 0x21, .. BitConverter.GetBytes(sequence), .. tag.Select(c => (byte)c)], ack);

    public WindowRig HearFrame(uint sequence, ReadOnlySpan<byte> frame, uint? ack = null, ushort callId = OurCallId)
    {
        _datagram.AsSpan(0, 36).Clear();
        int header = GrePacket.WriteDataHeader(_datagram.AsSpan(20, 16), callId, frame.Length, sequence, ack);
        int start = 36 - header - 20;
        _datagram[start] = 0x45;
        frame.CopyTo(_datagram.AsSpan(36));
        return HearDatagram(_datagram.AsSpan(start, 20 + header + frame.Length));
    }

    public WindowRig HearDatagram(ReadOnlySpan<byte> datagram)
    {
        _window.Receive(datagram, Now, this);
        return this;
    }

    public WindowRig HearGre(string hex) => HearDatagram([0x45, .. new byte[19], .. Convert.FromHexString(hex)]);

    /// <summary>The end of a batch: what is due is done.</summary>
    public WindowRig EndBatch()
    {
        _window.Tick(Now, this);
        Span<byte> ack = stackalloc byte[GrePacket.AckSize];
        if (_window.TryWriteDueAck(ack, Now))
        {
            Assert.Equal(GreFraming.Packet, GrePacket.Read(ack, out GrePacket packet));
            Assert.Equal(ServerCallId, packet.CallId);
            Acks.Add(packet.Acknowledgment!.Value);
        }

        return this;
    }

    /// <summary>Lets time pass and stops at every deadline.</summary>
    public WindowRig Wait(double seconds)
    {
        TimeSpan end = Now + TimeSpan.FromSeconds(seconds);
        for (int i = 0; Deadline() is { } deadline && deadline <= end; i++)
        {
            Assert.True(i < 10_000, "deadlines without end");
            Now = deadline > Now ? deadline : Now;
            EndBatch();
        }

        Now = end;
        return EndBatch();
    }

    public void Receive(ReadOnlySpan<byte> frame)
    {
        Frames++;
        if (Collects)
        {
            uint sequence = frame.Length >= 8 ? BitConverter.ToUInt32(frame[4..]) : 0;
            string tag = string.Concat(frame[Math.Min(8, frame.Length)..Math.Min(16, frame.Length)].ToArray().Select(b => (char)b));
            Delivered.Add(tag.Length == 0 ? $"{sequence}" : $"{sequence}-{tag}");
            Times.Add(Now);
        }
    }

    public void EndOfBatch()
    {
    }

    private TimeSpan? Deadline() => (_window.NextDeadline, _acks.Deadline) switch
    {
        ({ } a, { } b) => a < b ? a : b,
        var (a, b) => a ?? b,
    };
}
