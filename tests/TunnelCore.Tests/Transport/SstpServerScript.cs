using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Buffers;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Tests.Sstp;
using TunnelCore.Transport;
using TunnelCore.Wire.Sstp;

namespace TunnelCore.Tests.Transport;

/// <summary>A transport on a fake connection, and the server's side of the conversation in the test's words.</summary>
internal sealed class SstpServerScript : IAsyncDisposable
{
    public const string OkReply = "HTTP/1.1 200\r\nContent-Length: 18446744073709551615\r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n";

    public static readonly byte[] Ack = ControlMessage.CallConnectAck((SstpHashProtocols)3, SstpVectors.CountingNonce).ToArray();

    public static readonly byte[] Lcp = Convert.FromHexString("ff03c02101010004");
    public static readonly byte[] Ipcp = Convert.FromHexString("ff0380210101000a0306c0000201");
    public static readonly byte[] Ip = Convert.FromHexString("ff03002145000014");

    private bool _dialled;

    public SstpServerScript(TunnelTimeouts? timeouts = null, ILogger? logger = null, TlsOptions? tls = null, string host = "vpn.example.org")
    {
        Transport = new SstpTransport(
            new FakeConnector(_ =>
            {
                _dialled = true;
                return Task.FromResult<ITlsConnection>(Connection);
            }),
            new ServerEndpoint(host, 443),
            tls ?? new TlsOptions(),
            null,
            timeouts ?? TunnelTimeouts.Default,
            Time,
            logger ?? NullLogger.Instance);
    }

    public ManualTimeProvider Time { get; } = new();

    public FakeTlsConnection Connection { get; } = new();

    public SstpTransport Transport { get; }

    public FrameCollector Frames { get; } = new();

    public IFrameSink Uplink => Transport.Uplink;

    public static byte[] Data(params byte[] frame)
    {
        byte[] packet = new byte[SstpPacketHeader.Size + frame.Length];
        new SstpPacketHeader(false, packet.Length).Write(packet);
        frame.CopyTo(packet, SstpPacketHeader.Size);
        return packet;
    }

    public static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>Starts to connect and takes the HTTP request.</summary>
    public async Task<(Task Connecting, string Request)> DialAsync(CancellationToken cancellation = default)
    {
        Task connecting = Transport.ConnectAsync(cancellation);
        StringBuilder request = new();
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            request.Append((char)(await Connection.TakeAsync(1))[0]);
        }
        return (connecting, request.ToString());
    }

    /// <summary>Up to the Call Connect Request, which has been taken.</summary>
    public async Task<Task> DialSstpAsync(string reply = OkReply)
    {
        (Task connecting, _) = await DialAsync();
        Connection.Push(Text(reply));
        await ExpectAsync("CallConnectRequest");
        return connecting;
    }

    /// <summary>Up to AckReceived, frames going to <see cref="Frames"/>.</summary>
    public async Task NegotiateAsync()
    {
        Task connecting = await DialSstpAsync();
        Connection.Push(Ack);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        Transport.Start(Frames);
    }

    /// <summary>Up to Connected.</summary>
    public async Task ConnectAsync()
    {
        await NegotiateAsync();
        using PppKeys keys = new(SstpVectors.SendKey, SstpVectors.ReceiveKey);
        await Transport.AuthenticatedAsync(keys, CancellationToken.None).WaitAsync(FakeTlsConnection.Patience);
        await ExpectAsync("CallConnected");
    }

    /// <summary>The next packet from the client, whole.</summary>
    public async Task<byte[]> TakePacketAsync()
    {
        byte[] header = await Connection.TakeAsync(SstpPacketHeader.Size);
        Assert.Equal(0x10, header[0]);
        return [.. header, .. await Connection.TakeAsync(BinaryPrimitives.ReadUInt16BigEndian(header.AsSpan(2)) - header.Length)];
    }

    /// <summary>The next packet must be this control message, "Type" or "Type status".</summary>
    public async Task<ControlMessage> ExpectAsync(string expected)
    {
        byte[] packet = await TakePacketAsync();
        Assert.True((packet[1] & 1) != 0, $"data packet instead of {expected}: {Convert.ToHexString(packet)}");
        ControlMessage message = ControlMessage.Parse(packet);
        StatusInfoAttribute? status = message.Attributes.OfType<StatusInfoAttribute>().FirstOrDefault();
        Assert.Equal(expected, status is null ? $"{message.Type}" : $"{message.Type} {(uint)status.Status}");
        return message;
    }

    /// <summary>The task fails with this cause, and the first reason of the transport is the same.</summary>
    public async Task<Failure> ExpectFailureAsync(Task task, Cause cause)
    {
        TunnelException error = await Assert.ThrowsAsync<TunnelException>(() => task.WaitAsync(FakeTlsConnection.Patience));
        Assert.Equal(cause, error.Failure.Cause);
        Assert.Equal(error.Failure, await ExpectCompletionAsync(cause));
        return error.Failure;
    }

    public async Task<Failure> ExpectCompletionAsync(Cause cause)
    {
        Failure failure = await Transport.Completion.WaitAsync(FakeTlsConnection.Patience);
        Assert.Equal(cause, failure.Cause);
        return failure;
    }

    /// <summary>Puts one frame on the wire, or into the batch.</summary>
    public void Send(byte[] frame, bool flush = true)
    {
        frame.CopyTo(Uplink.Reserve(frame.Length));
        Uplink.Commit(frame.Length);
        if (flush)
        {
            Uplink.Flush();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A goodbye that a failed test left behind has its budget on this clock.
        Task disposing = Transport.DisposeAsync().AsTask();
        await Time.AdvanceUntilAsync(disposing, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        await disposing;
        Assert.Equal(_dialled, Connection.Disposed);
    }
}
