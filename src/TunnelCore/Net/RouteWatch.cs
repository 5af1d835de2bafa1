using System.Net;
using System.Runtime.InteropServices;
using TunnelCore.Interop;

namespace TunnelCore.Net;

/// <summary>Hears of changed routes, and tells by which way packets would go to the server from the address that a connection has.</summary>
internal sealed class RouteWatch : IDisposable
{
    private const int MaxDrain = 1000;

    private readonly FileDescriptor _changes;
    private readonly FileDescriptor _questions;
    private readonly byte[] _server;
    private readonly byte[] _local;

    private RouteWatch(FileDescriptor changes, FileDescriptor questions, byte[] server, byte[] local)
    {
        _changes = changes;
        _questions = questions;
        _server = server;
        _local = local;
    }

    /// <summary>Readable after a change, until <see cref="Drain"/>.</summary>
    public FileDescriptor Handle => _changes;

    /// <summary>Null where the system does not let us: then nothing is watched.</summary>
    /// <param name="connected">An IPv4 socket with a connection to the server.</param>
    /// <param name="server">IPv4 address.</param>
    public static RouteWatch? Open(FileDescriptor connected, IPAddress server)
    {
        const int AddressAt = 4;
        Span<byte> local = stackalloc byte[16];
        uint length = (uint)local.Length;
        if (Libc.GetSocketName(connected, local, ref length) < 0)
        {
            return null;
        }

        FileDescriptor changes = RouteNetlink.Subscribe();
        FileDescriptor questions = RouteNetlink.Open();
        if (changes.IsInvalid || questions.IsInvalid)
        {
            changes.Dispose();
            questions.Dispose();
            return null;
        }

        return new RouteWatch(changes, questions, server.GetAddressBytes(), local.Slice(AddressAt, sizeof(uint)).ToArray());
    }

    /// <summary>Forgets what has been said: <see cref="Look"/> sees it all.</summary>
    public void Drain()
    {
        Span<byte> ignored = stackalloc byte[16];
        for (int i = 0; i < MaxDrain; i++)
        {
            // More than the socket could hold is an error once, and says the same: look.
            if (Libc.Recv(_changes, ignored, (nuint)ignored.Length, Libc.MSG_DONTWAIT) < 0 && Marshal.GetLastPInvokeError() == Errno.EAGAIN)
            {
                return;
            }
        }
    }

    /// <summary>The way at this moment. One thread at a time.</summary>
    public ServerRoute Look()
    {
        int errno = RouteNetlink.Lookup(_questions, _server, _local, out int index, out int mtu);
        if (errno != 0)
        {
            return new ServerRoute(0, $"nowhere ({Marshal.GetPInvokeErrorMessage(errno)})", 0);
        }

        string? name = RouteNetlink.NameOf(_questions, index);
        int own = name is null ? 0 : RouteNetlink.MtuOf(_questions, name);
        return new ServerRoute(index, name ?? $"interface {index}", mtu == 0 || (own > 0 && own < mtu) ? own : mtu);
    }

    public void Dispose()
    {
        _changes.Dispose();
        _questions.Dispose();
    }
}
