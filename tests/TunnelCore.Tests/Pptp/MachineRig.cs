using TunnelCore.Diagnostics;
using TunnelCore.Pptp;
using TunnelCore.Wire.Pptp;

namespace TunnelCore.Tests.Pptp;

/// <summary>The machine on a clock that the test moves, with what it did as plain lists.</summary>
internal sealed class MachineRig
{
    public const ushort OurCallId = 0xBD41;
    public const ushort ServerCallId = 0x1234;

    private readonly PptpMachine _machine;

    public MachineRig(PptpOptions? options = null) => _machine = new PptpMachine(options ?? new PptpOptions(), OurCallId);

    public TimeSpan Now { get; private set; } = TimeSpan.FromHours(100);

    public List<PptpMessage> Sent { get; } = [];

    /// <summary>Messages that were worth a line in the log.</summary>
    public List<PptpMessageType> Heard { get; } = [];

    public List<string> Notes { get; } = [];

    public List<string> Warnings { get; } = [];

    public List<Failure> Failures { get; } = [];

    public int Disconnects { get; private set; }

    public ushort? Up { get; private set; }

    public PptpState State => _machine.State;

    public TimeSpan? NextDeadline => _machine.NextDeadline;

    public static StartControlConnectionReply StartOk { get; } =
        new(0x0100, StartResult.Ok, GeneralError.None, 3, 3, 1, 1, "srv", "test");

    public static OutgoingCallReply CallOk { get; } =
        new(ServerCallId, OurCallId, CallResult.Connected, GeneralError.None, 0, 100_000_000, 64, 0, 0);

    /// <summary>The one failure; fails the test when there is none or another.</summary>
    public Failure Failure => Assert.Single(Failures);

    public PptpMessage Last => Sent[^1];

    public IEnumerable<PptpMessageType> SentTypes => Sent.Select(message => message.Type);

    public MachineRig Connect()
    {
        Do(_machine.Connected(Now));
        return this;
    }

    public MachineRig Established()
    {
        Connect().Hear(StartOk).Hear(CallOk);
        Assert.NotNull(Up);
        Sent.Clear();
        return this;
    }

    public MachineRig Calling()
    {
        Connect().Hear(StartOk);
        Sent.Clear();
        return this;
    }

    public MachineRig Hear(params PptpMessage[] messages)
    {
        byte[] bytes = [.. messages.SelectMany(Emit)];
        return HearBytes(bytes);
    }

    public MachineRig HearBytes(params byte[] bytes)
    {
        Do(_machine.Received(bytes, Now));
        return this;
    }

    /// <summary>Lets time pass and calls the machine exactly at its deadlines.</summary>
    public MachineRig Wait(double seconds)
    {
        TimeSpan end = Now + TimeSpan.FromSeconds(seconds);
        for (int i = 0; _machine.NextDeadline is { } deadline && deadline <= end; i++)
        {
            Assert.True(i < 10_000, "deadlines without end");
            Now = deadline;
            Do(_machine.Tick(Now));
        }

        Now = end;
        Do(_machine.Tick(Now));
        return this;
    }

    /// <summary>Lets time pass as in a machine that is suspended: nothing is called before the end.</summary>
    public MachineRig Sleep(double seconds)
    {
        Now += TimeSpan.FromSeconds(seconds);
        Do(_machine.Tick(Now));
        return this;
    }

    public MachineRig PacketsReceived(long count)
    {
        _machine.PacketsReceived = count;
        return this;
    }

    public MachineRig Lose(string how = "it closed the connection")
    {
        Do(_machine.ConnectionLost(how));
        return this;
    }

    public MachineRig Close(double budget = 2, StopReason reason = StopReason.None)
    {
        Do(_machine.Close(Now, TimeSpan.FromSeconds(budget), reason));
        return this;
    }

    public MachineRig Abandon(Failure failure)
    {
        Do(_machine.Abandon(failure, Now));
        return this;
    }

    public static byte[] Emit(PptpMessage message)
    {
        byte[] bytes = new byte[message.Size];
        message.Write(bytes);
        return bytes;
    }

    private void Do(IReadOnlyList<PptpAction> actions)
    {
        foreach (PptpAction action in actions)
        {
            Assert.Equal(0, Disconnects);
            switch (action)
            {
                case PptpAction.Send(var message):
                    Sent.Add(message);
                    break;
                case PptpAction.CallUp(var id):
                    Assert.Null(Up);
                    Up = id;
                    break;
                case PptpAction.Fail(var failure):
                    Failures.Add(failure);
                    break;
                case PptpAction.Disconnect:
                    Disconnects++;
                    break;
                case PptpAction.Heard(var type):
                    Heard.Add(type);
                    break;
                case PptpAction.Note(var warning, var text):
                    (warning ? Warnings : Notes).Add(text);
                    break;
                default:
                    Assert.Fail($"unknown action {action}");
                    break;
            }
        }
    }
}
