using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace TunnelCli.Running;

/// <summary>Runs one tunnel from its start to its end, with the signals that end it.</summary>
internal sealed class TunnelRunner(Action<TunnelEvent> watch, Action<string> signalled)
{
    private const PosixSignal UserSignal1 = (PosixSignal)10;
    private const PosixSignal UserSignal2 = (PosixSignal)12;

    private static readonly PosixSignal[] s_ending = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP];

    /// <summary>What SIGUSR1 does; null = nothing.</summary>
    public Action? OnUserSignal1 { get; init; }

    /// <summary>What SIGUSR2 does; null = nothing.</summary>
    public Action? OnUserSignal2 { get; init; }

    public async Task<TunnelEnd> RunAsync(ITunnel tunnel)
    {
        string? signal = null;
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            signal ??= context.Signal.ToString();
            signalled(context.Signal.ToString());
            tunnel.Stop(new Failure(Cause.Cancelled));
        }

        List<PosixSignalRegistration> registrations = [.. s_ending.Select(one => PosixSignalRegistration.Create(one, End))];
        registrations.Add(PosixSignalRegistration.Create(UserSignal1, context => Handle(context, OnUserSignal1)));
        registrations.Add(PosixSignalRegistration.Create(UserSignal2, context => Handle(context, OnUserSignal2)));
        try
        {
            (Failure failure, TunnelPhase furthest) = await FollowAsync(tunnel).ConfigureAwait(false);
            return new TunnelEnd(failure, furthest, signal);
        }
        finally
        {
            registrations.ForEach(registration => registration.Dispose());
        }
    }

    private async Task<(Failure Failure, TunnelPhase Furthest)> FollowAsync(ITunnel tunnel)
    {
        TunnelPhase furthest = TunnelPhase.Connecting;
        Failure failure = new(Cause.InternalError, "the tunnel ended without telling why");
        tunnel.Start();
        await foreach (TunnelEvent e in tunnel.Events.ReadAllAsync().ConfigureAwait(false))
        {
            if (e is TunnelEvent.PhaseChanged(var phase and <= TunnelPhase.Up) && phase > furthest)
            {
                furthest = phase;
            }

            failure = e is TunnelEvent.Down(var why, _) ? why : failure;
            watch(e);
        }

        return (failure, furthest);
    }

    private static void Handle(PosixSignalContext context, Action? action)
    {
        context.Cancel = true;
        action?.Invoke();
    }
}
