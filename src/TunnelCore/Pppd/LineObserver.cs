using TunnelCore.Buffers;
using TunnelCore.Wire.Ppp;

namespace TunnelCore.Pppd;

/// <summary>Looks at what a pppd sends that is somebody else's: whether it says goodbye.</summary>
internal sealed class LineObserver : IFrameReceiver
{
    private const byte TerminateRequest = 5;

    private volatile int _goodbyeId = -1;

    private readonly TaskCompletionSource _goodbye = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with pppd's first LCP Terminate-Request.</summary>
    public Task Goodbye => _goodbye.Task;

    /// <summary>Identifier of its last Terminate-Request; null = there was none.</summary>
    public byte? GoodbyeId => _goodbyeId is >= 0 and var id ? (byte)id : null;

    public void Receive(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > 4 && PppFrame.TryParse(frame, out PppFrame parsed) && parsed.Protocol == PppProtocol.Lcp
            && parsed.Information is [TerminateRequest, var id, ..])
        {
            _goodbyeId = id;
            _goodbye.TrySetResult();
        }
    }

    public void EndOfBatch()
    {
    }
}
