using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using TestServers.Pptp;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Transport;

namespace TunnelCore.Tests.Transport;

/// <summary>The real transport against a scripted server on loopback, and what it delivered.</summary>
internal sealed class PptpRig : IAsyncDisposable, IFrameReceiver
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(15);

    private readonly LineLogger _log = new();
    private readonly PptpServer? _server;
    private readonly Channel<byte[]> _frames = Channel.CreateUnbounded<byte[]>();

    public PptpRig(Func<PptpServerSession, Task> script, PptpOptions? options = null)
        : this(PptpServer.OnLoopback(script), options)
    {
    }

    public PptpRig(PptpServer server, PptpOptions? options = null, IPptpConnector? connector = null, IKernelPath? kernel = null)
        : this(server.EndPoint, options, connector, kernel) => _server = server;

    /// <summary>Against a server that is not scripted.</summary>
    public PptpRig(IPEndPoint server, PptpOptions? options = null, IPptpConnector? connector = null, IKernelPath? kernel = null) => Transport = new PptpTransport(
        connector ?? Connector(), kernel ?? FakeKernelPath.None, new ServerEndpoint(server.Address.ToString(), server.Port), options ?? new PptpOptions(), _log);

    /// <summary>What the transport has logged so far.</summary>
    public IReadOnlyCollection<string> Log => _log.Lines;

    public PptpTransport Transport { get; }

    /// <summary>Called on the downlink thread for every frame instead of keeping it.</summary>
    public Action<int>? OnFrame { get; set; }

    public static PptpDialer Connector(NameLookup? lookup = null, TunnelTimeouts? timeouts = null) =>
        new(timeouts ?? TunnelTimeouts.Default, NullLogger.Instance, lookup ?? NameLookup.System);

    public static byte[] Frame(int number) => [0xFF, 0x03, 0x00, 0x21, (byte)(number >> 8), (byte)number];

    /// <summary>Connects and starts the packet path.</summary>
    public async Task<PptpRig> UpAsync()
    {
        await Transport.ConnectAsync(CancellationToken.None).WaitAsync(s_limit);
        Transport.Start(this);
        return this;
    }

    /// <summary>Connecting must fail; with what.</summary>
    public async Task<Failure> RefusedAsync()
    {
        TunnelException error = await Assert.ThrowsAsync<TunnelException>(() => Transport.ConnectAsync(CancellationToken.None).WaitAsync(s_limit));
        Assert.Equal(error.Failure, await Transport.Completion.WaitAsync(s_limit));
        return error.Failure;
    }

    public async Task<Failure> DownAsync() => await Transport.Completion.WaitAsync(s_limit);

    public async Task CloseAsync(double seconds = 2) => await Transport.CloseAsync(TimeSpan.FromSeconds(seconds)).WaitAsync(s_limit);

    /// <summary>The script must have ended, and well.</summary>
    public async Task FinishAsync() => await _server!.FinishAsync().WaitAsync(s_limit);

    public void Send(params byte[][] frames)
    {
        foreach (byte[] frame in frames)
        {
            frame.CopyTo(Transport.Uplink.Reserve(frame.Length));
            Transport.Uplink.Commit(frame.Length);
        }

        Transport.Uplink.Flush();
    }

    public async Task<byte[]> NextFrameAsync() => await _frames.Reader.ReadAsync().AsTask().WaitAsync(s_limit);

    /// <summary>The next frames must be these (see <see cref="Frame"/>).</summary>
    public async Task ExpectAsync(params int[] numbers)
    {
        int[] got = new int[numbers.Length];
        for (int i = 0; i < got.Length; i++)
        {
            byte[] frame = await NextFrameAsync();
            got[i] = (frame[4] << 8) | frame[5];
        }

        Assert.Equal(numbers, got);
    }

    public void Receive(ReadOnlySpan<byte> frame)
    {
        if (OnFrame is { } onFrame)
        {
            onFrame(frame.Length);
            return;
        }

        _frames.Writer.TryWrite(frame.ToArray());
    }

    public void EndOfBatch()
    {
    }

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
