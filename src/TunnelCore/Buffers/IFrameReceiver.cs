namespace TunnelCore.Buffers;

/// <summary>
/// Takes whole PPP frames that came from the server. Called on the downlink thread of the transport only.
/// </summary>
public interface IFrameReceiver
{
    /// <summary>One frame; the span is lent for the call. Frames are as the server sent them: validate before use.</summary>
    void Receive(ReadOnlySpan<byte> frame);

    /// <summary>The transport has nothing more at hand: write out what was collected.</summary>
    void EndOfBatch();
}
