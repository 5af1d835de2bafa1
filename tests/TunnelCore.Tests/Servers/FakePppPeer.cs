using System.Collections.Concurrent;
using TestServers.Ppp;

namespace TunnelCore.Tests.Servers;

/// <summary>A server-side PPP end without pppd: sends what it is told to, keeps what it gets.</summary>
internal sealed class FakePppPeer(IPppFrameFilter filter) : IPppPeer
{
    private readonly BlockingCollection<byte[]> _outgoing = [];

    public BlockingCollection<byte[]> Received { get; } = [];

    public ManualResetEventSlim Stopped { get; } = new();

    /// <summary>Does nothing after the end.</summary>
    public void SendFrame(byte[] frame)
    {
        try
        {
            _outgoing.Add(frame);
        }
        catch (InvalidOperationException)
        {
            // Stopped meanwhile.
        }
    }

    public bool Read(PacketBatch batch)
    {
        foreach (byte[] frame in _outgoing.GetConsumingEnumerable())
        {
            if (filter.Accept(frame))
            {
                frame.CopyTo(batch.Space);
                batch.Commit(frame.Length);
                return true;
            }
        }
        return false;
    }

    public void Write(ReadOnlySpan<byte> frame) => Received.Add(frame.ToArray());

    public void Flush()
    {
    }

    public void Stop()
    {
        _outgoing.CompleteAdding();
        Stopped.Set();
    }

    public void Dispose() => Stop();
}
