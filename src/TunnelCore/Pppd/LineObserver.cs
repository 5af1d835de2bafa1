using TunnelCore.Buffers;
using TunnelCore.Wire.Ppp;

namespace TunnelCore.Pppd;

/// <summary>Looks at what a pppd sends that is somebody else's: whether it says goodbye.</summary>
internal sealed class LineObserver : IFrameReceiver
{
    private const byte TerminateRequest = 5;

    private readonly TaskCompletionSource _goodbye = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with pppd's first LCP Terminate-Request.</summary>
    public Task Goodbye => _goodbye.Task;

    public void Receive(ReadOnlySpan<byte> frame)
    {
        if (frame.Length > 4 && PppFrame.TryParse(frame, out PppFrame parsed) && parsed.Protocol == PppProtocol.Lcp
            && parsed.Information is [TerminateRequest, ..])
        {
            _goodbye.TrySetResult();
        }
    }

    public void EndOfBatch()
    {
    }
}
