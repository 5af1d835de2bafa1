using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TunnelCore.Interop;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>Our end of the callback socket: listens until the pppd that we started has called, talks to that one only.</summary>
internal sealed class CallbackSocket : IDisposable
{
    private readonly ILogger _logger;
    private readonly string _path;
    private readonly Socket _listener;
    private readonly byte[] _packet = new byte[CallbackCodec.MaxLength + 1];
    private volatile Socket? _connection;

    public CallbackSocket(string path, ILogger logger)
    {
        _path = path;
        _logger = logger;
        _listener = new Socket(AddressFamily.Unix, SocketType.Seqpacket, ProtocolType.Unspecified);
        try
        {
            _listener.Bind(new UnixDomainSocketEndPoint(path));
            Libc.MakePrivateFile(path);
            _listener.Listen(4);
            _listener.Blocking = false;
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    /// <summary>What to poll for input: the listener, then the connection.</summary>
    public SafeSocketHandle Handle => (_connection ?? _listener).SafeHandle;

    public bool IsConnected => _connection is not null;

    /// <summary>Takes one caller; true when it is <paramref name="pid"/>, running as root or as we do.</summary>
    public bool TryAccept(int pid)
    {
        Socket caller;
        try
        {
            caller = _listener.Accept();
        }
        catch (SocketException)
        {
            return false;
        }

        PeerCredentials peer = PeerCredentials.Of(caller);
        if (peer.Pid != pid || (peer.User != 0 && peer.User != Libc.EffectiveUser()))
        {
            PppdLog.Stranger(_logger, peer.Pid, peer.User);
            caller.Dispose();
            return false;
        }

        caller.Blocking = false;
        _connection = caller;
        _listener.Dispose();
        File.Delete(_path);
        return true;
    }

    /// <summary>
    /// The next message; null when there is none at the moment. <paramref name="closed"/>: pppd has gone, or sent what is no message.
    /// </summary>
    public CallbackMessage? Receive(out bool closed)
    {
        closed = false;
        int length = _connection!.Receive(_packet, SocketFlags.None, out SocketError error);
        if (error is SocketError.WouldBlock or SocketError.Interrupted)
        {
            return null;
        }

        CallbackMessage? message = error == SocketError.Success && length > 0 ? CallbackCodec.Parse(_packet.AsSpan(0, length)) : null;
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(_packet.AsSpan(0, Math.Max(length, 0)));
        if (message is null)
        {
            closed = true;
            if (length > 0)
            {
                PppdLog.BadMessage(_logger, length);
            }
        }

        return message;
    }

    /// <summary>Sends a whole packet; false when pppd has gone.</summary>
    public bool Send(ReadOnlySpan<byte> packet)
    {
        try
        {
            return _connection is { } connection && connection.Send(packet, SocketFlags.None, out _) == packet.Length;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public bool Send(CallbackMessageType type)
    {
        Span<byte> packet = stackalloc byte[CallbackCodec.HeaderLength];
        return Send(packet[..CallbackCodec.Write(type, packet)]);
    }

    public bool SendStart(PathTraits path)
    {
        Span<byte> packet = stackalloc byte[CallbackCodec.HeaderLength + (2 * sizeof(uint))];
        return Send(packet[..CallbackCodec.WriteStart(path, packet)]);
    }

    /// <summary>Answers NeedChannel; false when pppd or the line has gone.</summary>
    public bool Send(PppdLine line)
    {
        Span<byte> packet = stackalloc byte[CallbackCodec.HeaderLength + sizeof(uint)];
        int length = CallbackCodec.WriteChannel(line.Kind, packet);
        try
        {
            return _connection is { } connection && DescriptorPassing.Send(connection.SafeHandle, packet[..length], line.Descriptor) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Tells a pppd whose line is a channel of the kernel that it has gone; pppd can still tell how it ends.</summary>
    public void HangUp()
    {
        try
        {
            _connection?.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // pppd was faster.
        }
    }

    public void Dispose()
    {
        _connection?.Dispose();
        _listener.Dispose();
    }
}
