using TunnelCore.Diagnostics;
using TunnelCore.Sstp;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Tests.Sstp;

/// <summary>Every cell of the client's state table: event by state.</summary>
public sealed class SstpMachineTableTests
{
    // Cells: "-" nothing; "An" Call Abort with status n; "ACK" accepted; "RETRY" request again; "AA" Call Abort without status;
    // "AT" only the state changes; "DA" Disconnect Ack; "X" close; "E" Echo Response; "EQ" Echo Request; "CC" Call Connected;
    // "D" Call Disconnect.
    // Columns: RequestSent, AckReceived, Connected, AbortPending, AbortTimeout, DisconnectAckPending, DisconnectTimeout, Disconnected.
    private static readonly (string Event, string Cells)[] s_table =
    [
        ("ack sha1",        "ACK  A5 A5 -  - -  - -"),
        ("ack both",        "ACK  A5 A5 -  - -  - -"),
        ("ack empty",       "A10  A5 A5 -  - -  - -"),
        ("ack no hash",     "A4   A5 A5 -  - -  - -"),
        ("ack short",       "A3   A5 A5 -  - -  - -"),
        ("ack broken",      "A3   A5 A5 -  - -  - -"),
        ("ack missing",     "A7   A5 A5 -  - -  - -"),
        ("nak",             "RETRY A5 A5 - - -  - -"),
        ("nak missing",     "A7   A5 A5 -  - -  - -"),
        ("abort",           "AA   AA AA AT - AA - -"),
        ("abort 7",         "AA   AA AA AT - AA - -"),
        ("abort broken",    "AA   AA AA AT - AA - -"),
        ("disconnect",      "DA   DA DA -  - DA - -"),
        ("disconnect 0",    "DA   DA DA -  - DA - -"),
        ("disconnect broken", "DA DA DA -  - DA - -"),
        ("disconnect ack",  "A5   A5 A5 -  - X  - -"),
        ("echo request",    "E    E  E  -  - -  - -"),
        ("echo missing",    "A7   A7 A7 -  - -  - -"),
        ("echo response",   "-    -  -  -  - -  - -"),
        ("request",         "A5   A5 A5 -  - -  - -"),
        ("connected",       "A5   A5 A5 -  - -  - -"),
        ("unknown",         "-    -  -  -  - -  - -"),
        ("type 0",          "-    -  -  -  - -  - -"),
        ("unknown missing", "-    -  -  -  - -  - -"),
        ("authenticated",   "-    CC -  -  - -  - -"),
        ("stop",            "D    D  D  -  - -  - X"),
        ("timer",           "A8   A8 EQ X  X X  X -"),
        ("early timer",     "-    -  -  -  - -  - -"),
        ("ended",           "X    X  X  X  X X  X -"),
        ("framing",         "X    X  X  X  X X  X -"),
    ];

    public static TheoryData<string, int, string> Cells()
    {
        TheoryData<string, int, string> data = [];
        foreach ((string happened, string cells) in s_table)
        {
            string[] columns = cells.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(Enum.GetValues<SstpPhase>().Length, columns.Length);
            for (int i = 0; i < columns.Length; i++)
            {
                data.Add(happened, i, columns[i]);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void Cell(string happened, int column, string cell)
    {
        SstpPhase phase = (SstpPhase)column;
        MachineRun run = MachineRun.In(phase);
        Failure? before = run.Machine.Failure;
        int failuresBefore = run.Failures.Count;
        run.Clear();
        run.Do(Event(run, happened));

        (string sent, SstpPhase next, bool closes) = Expected(cell, phase);
        Assert.Equal(sent, run.Sent);
        Assert.Equal(next, run.Machine.State.Phase);
        Assert.Equal(closes, run.Closed);
        // The first reason stays, whatever comes later.
        Assert.Equal(run.Machine.Failure is not null, run.Failures.Count == 1);
        if (before is not null)
        {
            Assert.Same(before, run.Machine.Failure);
            Assert.Equal(failuresBefore, run.Failures.Count);
        }
        bool open = next is SstpPhase.RequestSent or SstpPhase.AckReceived or SstpPhase.Connected;
        Assert.Equal(open, run.Machine.Failure is null && next != SstpPhase.Disconnected);
        Assert.Equal(next == SstpPhase.Disconnected, run.Machine.NextDeadline is null);
    }

    [Theory]
    [InlineData(SstpPhase.RequestSent, FrameGate.Closed)]
    [InlineData(SstpPhase.AckReceived, FrameGate.ControlOnly)]
    [InlineData(SstpPhase.Connected, FrameGate.Open)]
    [InlineData(SstpPhase.AbortPending, FrameGate.Closed)]
    [InlineData(SstpPhase.AbortTimeout, FrameGate.Closed)]
    [InlineData(SstpPhase.DisconnectAckPending, FrameGate.Closed)]
    [InlineData(SstpPhase.DisconnectTimeout, FrameGate.Closed)]
    [InlineData(SstpPhase.Disconnected, FrameGate.Closed)]
    internal void DataFrames_PassAsTheStateAllows(SstpPhase phase, FrameGate gate) =>
        Assert.Equal(gate, MachineRun.In(phase).Machine.Gate);

    [Fact]
    public void Opened_CountsOnce()
    {
        MachineRun run = MachineRun.In(SstpPhase.AckReceived);
        run.Do(new SstpEvent.Opened());
        Assert.Equal(SstpPhase.AckReceived, run.Machine.State.Phase);
        run.Do(new SstpEvent.ConnectionEnded(new Failure(Cause.ConnectionClosed)));
        run.Clear();
        run.Do(new SstpEvent.Opened());
        Assert.Equal("", run.Sent);
        Assert.Equal(SstpPhase.Disconnected, run.Machine.State.Phase);
    }

    private static SstpEvent Event(MachineRun run, string name)
    {
        const string Binding = "0004002800000003";
        string nonce = Convert.ToHexString(SstpVectors.CountingNonce);
        return name switch
        {
            "ack sha1" => Raw("100100300002000100040028 00000001" + nonce),
            "ack both" => Raw("10010030 00020001" + Binding + nonce),
            "ack empty" => Raw("1001000800020000"),
            "ack no hash" => Raw("100100300002000100040028 00000008" + nonce),
            "ack short" => Raw("10010020000200010004 0018 00000003" + nonce[..32]),
            "ack broken" => Raw("1001000c00020001 00040003"),
            "ack missing" => Raw("100100080002ffff"),
            "nak" => Raw("1001001600030001 0002000c 00000001 00000004 0000"),
            "nak missing" => Raw("100100080003ffff"),
            "abort" => Raw("1001000800050000"),
            "abort 7" => Raw("1001001400050001 0002000c 00000000 00000007"),
            "abort broken" => Raw("1001000c00050001 00020003"),
            "disconnect" => Raw("1001000800060000"),
            "disconnect 0" => Raw("1001001000060001 00000008 00000000"),
            "disconnect broken" => Raw("100100080006ffff"),
            "disconnect ack" => Raw("1001000800070000"),
            "echo request" => Raw("1001000800080000"),
            "echo missing" => Raw("100100080008ffff"),
            "echo response" => Raw("1001000800090000"),
            "request" => Raw("1001000e00010001000100060001"),
            "connected" => Raw(SstpVectors.Sha256Message),
            "unknown" => Raw("1001000800550000"),
            "type 0" => Raw("1001000800000000"),
            "unknown missing" => Raw("100100080055ffff"),
            "authenticated" => new SstpEvent.Authenticated(SstpVectors.Hlak),
            "stop" => new SstpEvent.Stop(new Failure(Cause.Cancelled)),
            "timer" => run.TimerEvent(),
            "early timer" => new SstpEvent.Tick(false),
            "ended" => new SstpEvent.ConnectionEnded(new Failure(Cause.ConnectionClosed, "test")),
            "framing" => new SstpEvent.FramingBroken("packet with version 0x20"),
            _ => throw new ArgumentOutOfRangeException(nameof(name)),
        };
    }

    private static (string Sent, SstpPhase Next, bool Closes) Expected(string cell, SstpPhase phase) => cell switch
    {
        "-" => ("", phase, false),
        "ACK" => ("start", SstpPhase.AckReceived, false),
        "RETRY" => ("CallConnectRequest", SstpPhase.RequestSent, false),
        "AA" => ("CallAbort", SstpPhase.AbortTimeout, false),
        "AT" => ("", SstpPhase.AbortTimeout, false),
        "DA" => ("CallDisconnectAck", SstpPhase.DisconnectTimeout, false),
        "X" => ("", SstpPhase.Disconnected, true),
        "E" => ("EchoResponse", phase, false),
        "EQ" => ("EchoRequest", phase, false),
        "CC" => ("CallConnected", SstpPhase.Connected, false),
        "D" => ("CallDisconnect 0", SstpPhase.DisconnectAckPending, false),
        _ => ($"CallAbort {cell[1..]}", SstpPhase.AbortPending, false),
    };

    private static SstpEvent.Received Raw(string hex) =>
        new(ControlMessage.Parse(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))));
}
