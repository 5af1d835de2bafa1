using TestServers.Ppp;

namespace TestServers.Sstp;

/// <summary>The data path: packets in both directions, batched.</summary>
internal sealed partial class SstpServerConnection
{
    private uint _received;
    private uint _receivedBefore;
    private bool _echoSent;

    /// <summary>What pppd wants to send: read along, and network frames only once the call is connected.</summary>
    bool IPppFrameFilter.Accept(ReadOnlySpan<byte> frame)
    {
        if (_state == CallState.Connected)
        {
            return !_silent;
        }
        _chap.FromServer(frame);
        if (_chap.Authenticated && Interlocked.Exchange(ref _early, null) is byte[] early)
        {
            OnConnected(early);
        }
        return _state == CallState.WaitConnected && !PppFrame.IsNetwork(PppFrame.Parse(frame).Protocol);
    }

    private void ReadPackets()
    {
        while (true)
        {
            while (_reader.TryRead(out ReadOnlySpan<byte> packet))
            {
                _received++;
                if (_silent)
                {
                    continue;
                }
                if (SstpPacketReader.IsControl(packet))
                {
                    OnControl(packet);
                }
                else
                {
                    OnData(packet[SstpMessage.HeaderSize..]);
                }
            }
            _peer?.Flush();
            int n = _tls.Read(_reader.Space.Span);
            if (n == 0)
            {
                Log($"client closed in state {_state}");
                return;
            }
            _reader.Advance(n);
        }
    }

    private void OnData(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty || _peer == null)
        {
            return;
        }
        if (_state == CallState.Connected)
        {
            _peer.Write(frame);
            return;
        }
        if (_state == CallState.WaitConnected && !PppFrame.IsNetwork(PppFrame.Parse(frame).Protocol))
        {
            _chap.FromClient(frame);
            _peer.Write(frame);
        }
    }

    private void PumpPeer()
    {
        PacketBatch batch = new();
        try
        {
            while (_peer!.Read(batch))
            {
                if (!batch.IsEmpty)
                {
                    Send(batch.Bytes);
                    batch.Clear();
                }
            }
            Log($"PPP peer ended in state {_state}{((_peer as PppdPeer)?.ExitCode is int code ? $", exit {code}" : "")}");
            End(ServerAction.Disconnect);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            Log($"sending ended: {e.Message}");
            Dispose();
        }
    }

    private void Send(ReadOnlySpan<byte> bytes)
    {
        lock (_writeLock)
        {
            _tls.Write(bytes);
        }
    }
}
