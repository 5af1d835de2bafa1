using Microsoft.Extensions.Logging;
using TunnelCore.Buffers;
using TunnelCore.Interop;

namespace TunnelCore.Pppd;

/// <summary>Asynchronous framing: octets with flags, escapes and checksum.</summary>
internal sealed class HdlcPump(
    LineDescriptors line, ServerWords words, Bell stop, Action onClosed, IFrameReceiver observer, ILogger logger) : ILinePump
{
    private static readonly TimeSpan s_join = TimeSpan.FromMilliseconds(100);

    private readonly PppdDownlink _downlink = new(line.Output, stop, words, logger, new AsyncMap());
    private readonly TaskCompletionSource _firstByte = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private PppdUplink? _uplink;

    public IFrameReceiver Downlink => _downlink;

    public Task FirstByte => _firstByte.Task;

    public void Start(IFrameSink uplink)
    {
        _uplink = new PppdUplink(line.Input, uplink, stop, OnFirstByte, logger, onClosed, observer);
        _uplink.Start();
    }

    public void SetReady() => _downlink.SetReady();

    public void Close()
    {
        _downlink.Close();
        _uplink?.Join(s_join);
    }

    private void OnFirstByte()
    {
        _firstByte.TrySetResult();
        _downlink.SetReady();
    }
}
