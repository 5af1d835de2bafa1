using TunnelCore.Interop;

namespace TunnelCore.Net;

internal sealed partial class SocketStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty)
        {
            return 0;
        }
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            nint count = Libc.Recv(socket, buffer.Span, (nuint)buffer.Length, Libc.MSG_DONTWAIT);
            if (count >= 0)
            {
                return Received(buffer.Span, (int)count);
            }
            if (ThrowUnless(Errno.EAGAIN, "recv") == Errno.EAGAIN)
            {
                await SocketReadiness.WaitAsync(socket, PollEvents.In, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            nint count = Libc.Send(socket, buffer.Span, (nuint)buffer.Length, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
            if (count >= 0)
            {
                buffer = buffer[(int)count..];
            }
            else if (ThrowUnless(Errno.EAGAIN, "send") == Errno.EAGAIN)
            {
                if (_closing)
                {
                    return;
                }
                await SocketReadiness.WaitAsync(socket, PollEvents.Out, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
