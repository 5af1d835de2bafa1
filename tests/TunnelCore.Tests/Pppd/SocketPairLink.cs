using System.Net.Sockets;
using System.Runtime.InteropServices;
using TunnelCore.Link;

namespace TunnelCore.Tests.Pppd;

/// <summary>
/// A link whose kernel channel is one end of a pair of unix sockets: the plugin under test is built to take those for PPPoX sockets.
/// </summary>
internal sealed class SocketPairLink : IKernelLink, IDisposable
{
    private readonly Socket _line;

    public SocketPairLink(string directory)
    {
        string path = Path.Combine(directory, "line");
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen(1);
        _line = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _line.Connect(new UnixDomainSocketEndPoint(path));
        // pppd reads without asking whether there is something.
        _line.Blocking = true;
        Server = listener.Accept();
        Server.ReceiveTimeout = 20_000;
        File.Delete(path);
    }

    /// <summary>The other end; at its end once nobody holds the line.</summary>
    public Socket Server { get; }

    public SafeHandle Socket => _line.SafeHandle;

    public int SentCount { get; private set; }

    public int ReceivedCount { get; private set; }

    public int HandedOverCount { get; private set; }

    public void HandedOver()
    {
        HandedOverCount++;
        _line.Dispose();
    }

    public void Sent() => SentCount++;

    public void Received() => ReceivedCount++;

    public void Dispose()
    {
        _line.Dispose();
        Server.Dispose();
    }
}
