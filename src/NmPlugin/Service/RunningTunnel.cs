using System.Threading.Channels;
using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace NmPlugin.Service;

/// <summary>One tunnel attempt: passes its events on and makes sure that exactly one Down comes, whatever the tunnel does.</summary>
internal sealed class RunningTunnel
{
    private readonly ITunnel _tunnel;
    private readonly Action<TunnelEvent> _report;

    private RunningTunnel(ITunnel tunnel, Action<TunnelEvent> report)
    {
        _tunnel = tunnel;
        _report = report;
    }

    /// <summary>Returns at once; the tunnel's work is not done on the caller's thread.</summary>
    /// <returns>Null when the tunnel could not even be made; the Down has been reported then.</returns>
    public static RunningTunnel? Start(ITunnelFactory factory, TunnelOptions options, Action<TunnelEvent> report)
    {
        ITunnel tunnel;
        try
        {
            tunnel = factory.Create(options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            report(new TunnelEvent.Down(ToFailure(e), WasUp: false));
            return null;
        }
        var running = new RunningTunnel(tunnel, report);
        _ = Task.Run(running.PumpAsync);
        return running;
    }

    public void Stop(Failure reason) => _tunnel.Stop(reason);

    private async Task PumpAsync()
    {
        bool wasUp = false;
        TunnelEvent.Down? down = null;
        try
        {
            _tunnel.Start();
            await foreach (TunnelEvent e in _tunnel.Events.ReadAllAsync().ConfigureAwait(false))
            {
                wasUp |= e is TunnelEvent.Up;
                down = e as TunnelEvent.Down;
                if (down is not null)
                {
                    break;
                }
                _report(e);
            }
            down ??= new TunnelEvent.Down(new Failure(Cause.InternalError, "the tunnel ended without a reason"), wasUp);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            down = new TunnelEvent.Down(ToFailure(e), wasUp);
        }
        try
        {
            await _tunnel.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The reason of the end counts, not what went wrong while cleaning up after it.
        }
        _report(down);
    }

    private static Failure ToFailure(Exception e) => e switch
    {
        TunnelException tunnel => tunnel.Failure,
        ChannelClosedException { InnerException: TunnelException tunnel } => tunnel.Failure,
        OperationCanceledException => new Failure(Cause.Cancelled),
        _ => new Failure(Cause.InternalError, $"{e.GetType().Name}: {e.Message}"),
    };
}
