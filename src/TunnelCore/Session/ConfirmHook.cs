using System.Threading.Channels;
using TunnelCore.Buffers;
using TunnelCore.Link;

namespace TunnelCore.Session;

/// <summary>An engine with a step of ours between the crypto binding and pppd's going on: whoever gives up privileges does it there.</summary>
internal sealed class ConfirmHook(IPppEngine engine, Action step) : IPppEngine
{
    private int _done;

    public ChannelReader<PppEvent> Events => engine.Events;

    public bool ReportsNetwork => engine.ReportsNetwork;

    public Task PrepareAsync(CancellationToken cancellation) => engine.PrepareAsync(cancellation);

    public IFrameReceiver Start(IFrameSink uplink, PathTraits path = default) => engine.Start(uplink, path);

    public void Start(IKernelLink link, PathTraits path = default) => engine.Start(link, path);

    public void ConfirmAuthenticated()
    {
        if (Interlocked.Exchange(ref _done, 1) == 0)
        {
            step();
        }

        engine.ConfirmAuthenticated();
    }

    public Task StopAsync(TimeSpan budget) => engine.StopAsync(budget);

    public ValueTask DisposeAsync() => engine.DisposeAsync();
}
