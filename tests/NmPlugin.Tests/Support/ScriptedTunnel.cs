using System.Threading.Channels;
using TunnelCore.Diagnostics;
using TunnelCore.Session;

namespace NmPlugin.Tests.Support;

/// <summary>A tunnel that does what the test says.</summary>
internal sealed class ScriptedTunnel(TunnelOptions options, bool stopsByItself) : ITunnel
{
    private readonly Channel<TunnelEvent> _events = Channel.CreateUnbounded<TunnelEvent>();
    private readonly TaskCompletionSource<Failure> _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _wasUp;

    public TunnelOptions Options => options;

    public ChannelReader<TunnelEvent> Events => _events.Reader;

    public bool Started { get; private set; }

    public bool Disposed { get; private set; }

    /// <summary>The first reason given to Stop.</summary>
    public Task<Failure> Stopped => _stopped.Task.WaitAsync(TimeSpan.FromSeconds(20));

    public void Start() => Started = true;

    public void Stop(Failure reason)
    {
        if (_stopped.TrySetResult(reason) && stopsByItself)
        {
            Down(reason);
        }
    }

    public void Report(TunnelEvent e)
    {
        _wasUp |= e is TunnelEvent.Up;
        _events.Writer.TryWrite(e);
    }

    public void Down(Failure failure)
    {
        _events.Writer.TryWrite(new TunnelEvent.Down(failure, _wasUp));
        _events.Writer.TryComplete();
    }

    /// <summary>Ends without a Down, as a tunnel with a bug would.</summary>
    public void Break(Exception? error = null) => _events.Writer.TryComplete(error);

    public ValueTask DisposeAsync()
    {
        Disposed = true;
        return ValueTask.CompletedTask;
    }
}
