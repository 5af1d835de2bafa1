using System.Net;
using System.Runtime.InteropServices;
using TunnelCore.Interop;
using TunnelCore.Net;

namespace TunnelCore.Tests.Transport;

/// <summary>A kernel's PPTP, as far as this process sees it: call IDs, errors, and a socket that is a bell.</summary>
internal sealed class FakeKernelPath : IKernelPath
{
    /// <summary>A kernel that has none.</summary>
    public static FakeKernelPath None { get; } = new() { WhyNot = "none in this test" };

    public string? WhyNot { get; init; }

    /// <summary>What opening ends with, in order; afterwards 0.</summary>
    public Queue<int> OpenErrors { get; init; } = new();

    public int ConnectError { get; init; }

    /// <summary>Called when a call is connected.</summary>
    public Action? OnConnect { get; init; }

    public List<(IPAddress Local, ushort CallId)> Asked { get; } = [];

    public Call? Opened { get; private set; }

    public IKernelCall? TryOpen(IPAddress local, ushort callId, out int errno)
    {
        Asked.Add((local, callId));
        errno = OpenErrors.TryDequeue(out int error) ? error : 0;
        return errno == 0 ? Opened = new Call(this) : null;
    }

    internal sealed class Call(FakeKernelPath path) : IKernelCall
    {
        private readonly Bell _socket = new();

        public SafeHandle Socket => _socket.Handle;

        public (IPAddress Server, ushort CallId)? Server { get; private set; }

        public bool IsDisposed { get; private set; }

        public int Connect(IPAddress server, ushort serverCallId)
        {
            Server = (server, serverCallId);
            path.OnConnect?.Invoke();
            return path.ConnectError;
        }

        public void Dispose()
        {
            IsDisposed = true;
            _socket.Dispose();
        }
    }
}
