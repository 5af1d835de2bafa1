using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Transport;

namespace TunnelCore.Session;

/// <summary>A PPTP call without a login: control connection, call, and packets in GRE both ways. Needs root (raw sockets).</summary>
public sealed class PptpProbe(ServerEndpoint server) : IAsyncDisposable
{
    /// <summary>A server begins PPP by itself, or answers our first request; both are asked for again after 3 s.</summary>
    private static readonly TimeSpan s_greLimit = TimeSpan.FromSeconds(8);

    /// <summary>LCP Configure-Request without options: FF 03, protocol C021, code 1, identifier 1, length 4.</summary>
    private static ReadOnlySpan<byte> ConfigureRequest => [0xFF, 0x03, 0xC0, 0x21, 1, 1, 0, 4];

    private readonly PptpTransport _transport = new(
        new PptpDialer(TunnelTimeouts.Default, NullLogger.Instance, NameLookup.System),
        new KernelPath(),
        server,
        // The packets are to come here, not into the kernel.
        new PptpOptions { DataPath = PptpDataPath.User },
        NullLogger.Instance);

    /// <summary>Start-Control-Connection and Outgoing-Call.</summary>
    public async Task<string> CallAsync(CancellationToken cancellation)
    {
        await _transport.ConnectAsync(cancellation).ConfigureAwait(false);
        return $"{_transport.ServerAddress} takes PPTP calls";
    }

    /// <summary>After <see cref="CallAsync"/>: sends a PPP packet and waits for one. Ends the call.</summary>
    public async Task<string> GreAsync(CancellationToken cancellation)
    {
        FirstFrame first = new();
        try
        {
            long start = System.Diagnostics.Stopwatch.GetTimestamp();
            _transport.Start(first);
            Say();
            await Task.WhenAny(first.Seen, _transport.Completion, Task.Delay(s_greLimit, cancellation)).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (first.Seen.IsCompleted)
            {
                TimeSpan took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
                return string.Create(CultureInfo.InvariantCulture, $"packets come from the server, the first after {took.TotalMilliseconds:0} ms{(first.Answered ? "; it answers ours" : "")}");
            }

            throw new TunnelException(_transport.Completion.IsCompleted
                ? await _transport.Completion.ConfigureAwait(false)
                : new Failure(Cause.GreBlocked, string.Create(CultureInfo.InvariantCulture, $"none within {s_greLimit.TotalSeconds:0} s")));
        }
        finally
        {
            await DisposeAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _transport.CloseAsync(TunnelTimeouts.Default.Close).ConfigureAwait(false);
        await _transport.DisposeAsync().ConfigureAwait(false);
    }

    private void Say()
    {
        Span<byte> frame = _transport.Uplink.Reserve(ConfigureRequest.Length);
        ConfigureRequest.CopyTo(frame);
        _transport.Uplink.Commit(ConfigureRequest.Length);
        _transport.Uplink.Flush();
    }

    private sealed class FirstFrame : IFrameReceiver
    {
        private const int CodeOffset = 4;
        private const byte Request = 1;

        private readonly TaskCompletionSource _seen = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Seen => _seen.Task;

        /// <summary>It was an answer (Ack, Nak, Reject), not the server's own request.</summary>
        public bool Answered { get; private set; }

        public void Receive(ReadOnlySpan<byte> frame)
        {
            Answered |= frame.Length > CodeOffset && frame[CodeOffset] != Request;
            _seen.TrySetResult();
        }

        public void EndOfBatch()
        {
        }
    }
}
