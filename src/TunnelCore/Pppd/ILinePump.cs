using TunnelCore.Buffers;

namespace TunnelCore.Pppd;

/// <summary>Carries frames between a line and a transport, in one kind of framing.</summary>
internal interface ILinePump
{
    /// <summary>Where the transport's frames go.</summary>
    IFrameReceiver Downlink { get; }

    /// <summary>Completes with the first byte from pppd.</summary>
    Task FirstByte { get; }

    /// <summary>Starts the thread that reads the line.</summary>
    void Start(IFrameSink uplink);

    /// <summary>pppd listens now: what was held back for it is written.</summary>
    void SetReady();

    /// <summary>The line is not touched any more; waits a moment for the thread. The bell must have been rung.</summary>
    void Close();
}
