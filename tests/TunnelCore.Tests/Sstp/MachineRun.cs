using TunnelCore.Diagnostics;
using TunnelCore.Sstp;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Tests.Sstp;

/// <summary>A machine on a clock of the test's own, with what it did in words.</summary>
internal sealed class MachineRun
{
    private readonly List<string> _sent = [];

    public MachineRun(SstpTimers? timers = null) => Machine = new SstpMachine(timers ?? new SstpTimers(), SstpVectors.Certificate);

    public SstpMachine Machine { get; }

    public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(1000);

    public List<Failure> Failures { get; } = [];

    public List<string> Notes { get; } = [];

    public List<ControlMessage> Messages { get; } = [];

    public bool Closed { get; private set; }

    public string Sent => string.Join(", ", _sent);

    /// <summary>A machine that has come to this state in the ordinary way.</summary>
    public static MachineRun In(SstpPhase phase)
    {
        MachineRun run = new();
        SstpPhase[] path = phase switch
        {
            SstpPhase.Disconnected => [],
            SstpPhase.RequestSent => [SstpPhase.RequestSent],
            SstpPhase.AckReceived => [SstpPhase.RequestSent, SstpPhase.AckReceived],
            SstpPhase.AbortTimeout => [SstpPhase.RequestSent, SstpPhase.AbortPending, SstpPhase.AbortTimeout],
            _ => [SstpPhase.RequestSent, SstpPhase.AckReceived, phase],
        };
        foreach (SstpPhase step in path)
        {
            run.Do(step switch
            {
                SstpPhase.RequestSent => new SstpEvent.Opened(),
                SstpPhase.AckReceived => Received(ControlMessage.CallConnectAck((SstpHashProtocols)3, SstpVectors.CountingNonce)),
                SstpPhase.Connected => new SstpEvent.Authenticated(SstpVectors.Hlak),
                SstpPhase.AbortPending => Received(ControlMessage.CallDisconnectAck),
                SstpPhase.AbortTimeout => Received(ControlMessage.CallAbort(null)),
                SstpPhase.DisconnectAckPending => new SstpEvent.Stop(new Failure(Cause.Cancelled)),
                _ => Received(ControlMessage.CallDisconnect(null)),
            });
        }
        Assert.Equal(phase, run.Machine.State.Phase);
        return run;
    }

    public static SstpEvent Received(ControlMessage message) => new SstpEvent.Received(message);

    public void Clear()
    {
        _sent.Clear();
        Messages.Clear();
    }

    public void Do(SstpEvent happened)
    {
        foreach (SstpAction action in Machine.Process(happened, Now))
        {
            switch (action)
            {
                case SstpAction.Send send:
                    Messages.Add(send.Message);
                    StatusInfoAttribute? status = send.Message.Attributes.OfType<StatusInfoAttribute>().FirstOrDefault();
                    _sent.Add(status is null ? $"{send.Message.Type}" : $"{send.Message.Type} {(uint)status.Status}");
                    break;
                case SstpAction.StartPpp:
                    _sent.Add("start");
                    break;
                case SstpAction.Fail fail:
                    Failures.Add(fail.Failure);
                    break;
                case SstpAction.Close:
                    Closed = true;
                    break;
                case SstpAction.Note note:
                    Notes.Add(note.Text);
                    break;
                default:
                    Assert.Fail($"unknown action {action}");
                    break;
            }
        }
    }

    /// <summary>Lets time pass to the next deadline and ticks there.</summary>
    public void NextTick(bool heard = false)
    {
        Now = Machine.NextDeadline ?? throw new InvalidOperationException("no deadline");
        Do(new SstpEvent.Tick(heard));
    }

    /// <summary>A tick at the end of the state's timer; of Connected the end of the hello interval.</summary>
    public SstpEvent TimerEvent()
    {
        if (Machine.State is SstpState.Connected connected)
        {
            Now = connected.HeardAt + TimeSpan.FromSeconds(60);
        }
        else if (Machine.NextDeadline is { } deadline)
        {
            Now = deadline;
        }
        return new SstpEvent.Tick(false);
    }
}
