using System.Globalization;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Sstp;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Transport;

/// <summary>The downlink thread: big blocking reads, all packets of a read, frames handed on in place.</summary>
internal sealed partial class SstpCall
{
    /// <summary>Receive buffer of a call; a partial packet is carried over at its start.</summary>
    public const int BufferSize = 64 * 1024;

    /// <summary>One full TLS record pair behind a partial packet.</summary>
    public const int MinBuffer = (32 * 1024) + SstpPacketHeader.MaxLength;

    // How long a receiver may hold the thread after the connection was cut.
    private static readonly TimeSpan s_downlinkGrace = TimeSpan.FromSeconds(1);

    private readonly byte[] _buffer;
    private readonly TaskCompletionSource _receiverReady = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _downlinkDone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _received;
    private int _heard;
    private IFrameReceiver? _receiver;

    private void RunDownlink()
    {
        try
        {
            while (TakePackets() && Read())
            {
            }
        }
        catch (Exception error)
        {
            // Only the receiver of the frames can have thrown: the tunnel has lost its other end.
            Process(new SstpEvent.ConnectionEnded(new Failure(Cause.InternalError, error.Message)));
        }
        finally
        {
            _downlinkDone.TrySetResult();
        }
    }

    private bool Read()
    {
        int read;
        try
        {
            read = _connection.Read(_buffer.AsSpan(_received));
        }
        catch (Exception error)
        {
            OnConnectionEnded(error);
            return false;
        }
        if (read <= 0)
        {
            OnConnectionEnded(null);
            return false;
        }
        _received += read;
        Volatile.Write(ref _heard, 1);
        return true;
    }

    /// <summary>Deals with every whole packet in the buffer and moves the rest to its start. False when the stream is broken.</summary>
    private bool TakePackets()
    {
        SstpPacketCursor cursor = new(_buffer.AsSpan(0, _received));
        IFrameReceiver? batch = null;
        SstpFraming framing;
        while ((framing = cursor.Next(out bool isControl, out ReadOnlySpan<byte> packet)) == SstpFraming.Packet)
        {
            if (isControl)
            {
                Take(ControlMessage.Parse(packet));
                continue;
            }
            ReadOnlySpan<byte> frame = packet[SstpPacketHeader.Size..];
            if (_filter.Passes(frame) && Receiver() is { } receiver)
            {
                receiver.Receive(frame);
                batch = receiver;
            }
        }
        batch?.EndOfBatch();
        if (framing != SstpFraming.Incomplete)
        {
            Process(new SstpEvent.FramingBroken(Describe(framing, cursor.Rest)));
            return false;
        }
        int rest = cursor.Rest.Length;
        if (rest > 0 && rest < _received)
        {
            _buffer.AsSpan(_received - rest, rest).CopyTo(_buffer);
        }
        _received = rest;
        return true;
    }

    private void Take(ControlMessage message)
    {
        _logger.Received(SstpNames.Of(message.Type), message.Attributes.Count);
        Process(new SstpEvent.Received(message));
    }

    /// <summary>
    /// Who takes the frames. The first frame may come before <see cref="Start"/>, right behind the Ack: it waits in the buffer, and
    /// with it the server. Null when the call has ended meanwhile.
    /// </summary>
    private IFrameReceiver? Receiver()
    {
        IFrameReceiver? receiver = Volatile.Read(ref _receiver);
        if (receiver is null)
        {
            _receiverReady.Task.Wait();
            receiver = Volatile.Read(ref _receiver);
        }
        return receiver;
    }

    private static string Describe(SstpFraming framing, ReadOnlySpan<byte> rest)
    {
        SstpPacketHeader.Read(rest, out SstpPacketHeader header);
        return framing == SstpFraming.BadVersion
            ? string.Create(CultureInfo.InvariantCulture, $"packet with version 0x{rest[0]:X2}")
            : string.Create(CultureInfo.InvariantCulture, $"{(header.IsControl ? "control" : "data")} packet with length {header.Length}");
    }
}
