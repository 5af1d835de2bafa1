namespace TunnelCore.Buffers;

/// <summary>
/// Takes whole PPP frames on their way to the server. A frame is written in place: <see cref="Reserve"/> opens it behind
/// the headroom that the transport needs for its own header, <see cref="Commit"/> closes it.
/// </summary>
/// <remarks>
/// One thread uses a sink: the uplink thread of the PPP engine. Frames start with the PPP header (FF 03 and protocol, or as
/// negotiated) and carry no flags, no escapes and no FCS. Committed frames leave at the latest with <see cref="Flush"/>;
/// the sink may send earlier when its batch is full. After the transport has closed every call is a no-op.
/// </remarks>
public interface IFrameSink
{
    /// <summary>Opens a frame of at most <paramref name="maxLength"/> bytes (1..4091). The span is valid until the next call.</summary>
    Span<byte> Reserve(int maxLength);

    /// <summary>Closes the open frame; <paramref name="length"/> 0 takes the reservation back.</summary>
    void Commit(int length);

    /// <summary>Sends what is committed. Called when the source is drained.</summary>
    void Flush();
}
