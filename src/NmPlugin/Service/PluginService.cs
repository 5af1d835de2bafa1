using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using NmPlugin.Logging;
using NmPlugin.Plugin;
using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace NmPlugin.Service;

/// <summary>
/// Drives <see cref="PluginMachine"/>: one queue of events with one consumer, so that calls, tunnel events, signals and time never
/// overlap, and a performer of its actions.
/// </summary>
internal sealed class PluginService : IAsyncDisposable
{
    private readonly PluginMachine _machine;
    private readonly ITunnelFactory _tunnels;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly Channel<PluginEvent> _events =
        Channel.CreateUnbounded<PluginEvent>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = false });

    private RunningTunnel? _tunnel;
    private int? _exitStatus;
    private bool _watchesNetwork;

    public PluginService(PluginMachineFactory machine, ITunnelFactory tunnels, TimeProvider time, ILogger log)
    {
        _tunnels = tunnels;
        _time = time;
        _start = time.GetTimestamp();
        _log = log;
        _machine = machine(TimeSpan.Zero);
        _timer = time.CreateTimer(_ => Post(new PluginEvent.Tick()), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="now">The first instant of the service's clock.</param>
    internal delegate PluginMachine PluginMachineFactory(TimeSpan now);

    /// <summary>Told the UUID of each connection that is worked on from then on.</summary>
    public Action<string> OnConnection { get; init; } = static _ => { };

    private TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Queues an event. Any thread; after the end of the service it does nothing.</summary>
    public void Post(PluginEvent e) => _events.Writer.TryWrite(e);

    /// <summary>Serves until the machine quits.</summary>
    /// <returns>The exit status of the process; everything that was sent has been delivered.</returns>
    public async Task<int> RunAsync(IPluginBus bus)
    {
        while (_exitStatus is null)
        {
            ArmTimer();
            PluginEvent e = await _events.Reader.ReadAsync().ConfigureAwait(false);
            if (e is PluginEvent.NeedSecretsCalled { Connection.Uuid: var asked })
            {
                OnConnection(asked);
            }
            else if (e is PluginEvent.ConnectCalled { Connection.Uuid: var connected })
            {
                OnConnection(connected);
            }
            foreach (PluginAction action in _machine.Step(e, Now))
            {
                Perform(action, bus);
            }
        }
        await bus.FlushAsync().ConfigureAwait(false);
        return _exitStatus.Value;
    }

    public async ValueTask DisposeAsync()
    {
        AddressChanges.Remove(OnNetworkChanged);
        _events.Writer.TryComplete();
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private void ArmTimer()
    {
        TimeSpan due = _machine.Deadline is { } deadline ? TimeSpan.FromTicks(Math.Max(0, (deadline - Now).Ticks)) : Timeout.InfiniteTimeSpan;
        // A timer counts whole milliseconds and may fire early by the rest.
        _timer.Change(due > TimeSpan.Zero ? due + TimeSpan.FromMilliseconds(1) : due, Timeout.InfiniteTimeSpan);
    }

    private void Perform(PluginAction action, IPluginBus bus)
    {
        switch (action)
        {
            case PluginAction.Reply reply:
                reply.Call.Reply();
                break;
            case PluginAction.ReplyText reply:
                reply.Call.Reply(reply.Text);
                break;
            case PluginAction.ReplyError reply:
                PluginLog.CallRefused(_log, reply.Error, reply.Text);
                reply.Call.ReplyError(reply.Error, reply.Text);
                break;
            case PluginAction.EmitState emit:
                PluginLog.StateChanged(_log, emit.State);
                bus.EmitState(emit.State);
                if (emit.State == VpnServiceState.Started)
                {
                    ReturnMemory();
                }
                break;
            case PluginAction.EmitFailure emit:
                bus.EmitFailure(emit.Failure);
                break;
            case PluginAction.EmitConfig emit:
                bus.EmitConfig(emit.Signal, emit.Body);
                break;
            case PluginAction.EmitSecretsRequired emit:
                bus.EmitSecretsRequired(emit.Message, emit.Secrets);
                break;
            case PluginAction.ForgetSecrets forget:
                forget.Profile.Tunnel.WipeSecrets();
                break;
            case PluginAction.WatchNetwork:
                WatchNetwork();
                break;
            case PluginAction.WatchPeer watch:
                bus.WatchPeer(watch.Name);
                break;
            case PluginAction.StartTunnel start:
                _tunnel = RunningTunnel.Start(_tunnels, start.Profile.Tunnel, e => Report(start, e));
                break;
            case PluginAction.StopTunnel stop:
                _tunnel?.Stop(stop.Reason);
                break;
            case PluginAction.LogFailure log:
                PluginLog.Failed(_log, log.Failure.Sentence, log.Failure.Info.Code);
                break;
            case PluginAction.LogWarning log:
                PluginLog.Warning(_log, log.Text);
                break;
            case PluginAction.LogNotice log:
                PluginLog.Notice(_log, log.Text);
                break;
            case PluginAction.Quit quit:
                _exitStatus = quit.ExitStatus;
                break;
        }
    }

    /// <summary>Connecting leaves garbage behind, carrying packets makes none: what the heap grew to goes back to the system now.</summary>
    private static void ReturnMemory() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private void Report(PluginAction.StartTunnel start, TunnelEvent e)
    {
        if (e is TunnelEvent.PhaseChanged phase)
        {
            PluginLog.Phase(_log, start.IsRepeated ? LogLevel.Debug : LogLevel.Information, phase.Phase);
        }
        Post(new PluginEvent.TunnelReported(start.Attempt, e));
    }

    /// <summary>Once: what is watched stays watched.</summary>
    private void WatchNetwork()
    {
        if (!_watchesNetwork)
        {
            _watchesNetwork = true;
            AddressChanges.Add(OnNetworkChanged);
        }
    }

    private void OnNetworkChanged() => Post(new PluginEvent.NetworkChanged());
}
