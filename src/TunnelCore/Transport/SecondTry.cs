using System.Net;
using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Transport;

/// <summary>A transport that is made anew, once, when the first one failed to connect in a way that may be the server's slip.</summary>
/// <param name="make">Makes one.</param>
/// <param name="isSlip">Whether this failure to connect is worth a second try.</param>
/// <param name="pause">Before the second try.</param>
/// <param name="logger">Log.</param>
internal sealed class SecondTry(Func<ITransport> make, Func<Failure, bool> isSlip, TimeSpan pause, ILogger logger) : ITransport
{
    private ITransport _transport = make();

    public IPAddress ServerAddress => _transport.ServerAddress;

    public int? LargestPacket => _transport.LargestPacket;

    public IKernelLink? KernelLink => _transport.KernelLink;

    public Task<Failure> Completion => _transport.Completion;

    public IFrameSink Uplink => _transport.Uplink;

    public async Task ConnectAsync(CancellationToken cancellation)
    {
        try
        {
            await _transport.ConnectAsync(cancellation).ConfigureAwait(false);
            return;
        }
        catch (TunnelException error) when (isSlip(error.Failure))
        {
            logger.SecondTry(error.Failure.Info.Code);
        }

        await _transport.DisposeAsync().ConfigureAwait(false);
        await Task.Delay(pause, cancellation).ConfigureAwait(false);
        _transport = make();
        await _transport.ConnectAsync(cancellation).ConfigureAwait(false);
    }

    public void Start(IFrameReceiver downlink) => _transport.Start(downlink);

    public Task AuthenticatedAsync(PppKeys keys, CancellationToken cancellation) => _transport.AuthenticatedAsync(keys, cancellation);

    public Task CloseAsync(TimeSpan budget) => _transport.CloseAsync(budget);

    public ValueTask DisposeAsync() => _transport.DisposeAsync();
}
