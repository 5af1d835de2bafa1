using System.Net;
using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Transport;

/// <summary>A transport that is made anew, once, when the first one failed to connect in a way that may be the server's slip.</summary>
/// <param name="make">Makes one.</param>
/// <param name="pauseAfter">How long to wait before the second try; null = this failure to connect is not worth one.</param>
/// <param name="logger">Log.</param>
internal sealed class SecondTry(Func<ITransport> make, Func<Failure, TimeSpan?> pauseAfter, ILogger logger) : ITransport
{
    private ITransport _transport = make();
    private Action? _pathChanged;

    public IPAddress ServerAddress => _transport.ServerAddress;

    public int? LargestPacket => _transport.LargestPacket;

    public TimeSpan? RoundTrip => _transport.RoundTrip;

    public IKernelLink? KernelLink => _transport.KernelLink;

    public Action? PathChanged
    {
        set => _transport.PathChanged = _pathChanged = value;
    }

    public Task<Failure> Completion => _transport.Completion;

    public IFrameSink Uplink => _transport.Uplink;

    public async Task ConnectAsync(CancellationToken cancellation)
    {
        TimeSpan pause;
        try
        {
            await _transport.ConnectAsync(cancellation).ConfigureAwait(false);
            return;
        }
        catch (TunnelException error) when (pauseAfter(error.Failure) is { } wait)
        {
            pause = wait;
            logger.SecondTry(error.Failure.Info.Code);
        }

        await _transport.DisposeAsync().ConfigureAwait(false);
        await Task.Delay(pause, cancellation).ConfigureAwait(false);
        _transport = make();
        _transport.PathChanged = _pathChanged;
        await _transport.ConnectAsync(cancellation).ConfigureAwait(false);
    }

    public void Start(IFrameReceiver downlink) => _transport.Start(downlink);

    public Task AuthenticatedAsync(PppKeys keys, CancellationToken cancellation) => _transport.AuthenticatedAsync(keys, cancellation);

    public Task CloseAsync(TimeSpan budget, Failure? why = null) => _transport.CloseAsync(budget, why);

    public ValueTask DisposeAsync() => _transport.DisposeAsync();
}
