using System.Net;
using System.Net.Sockets;

namespace TestServers.Pptp;

/// <summary>One client's control connection, as a script sees it: what it says is waited for, what is sent back is up to the script.</summary>
internal sealed class PptpServerSession : IDisposable
{
    /// <summary>The server's call ID unless a script wants another.</summary>
    public const ushort ServerCallId = 0x1234;

    private readonly Socket _socket;
    private GreEndpoint? _gre;

    public PptpServerSession(Socket socket, Func<IPAddress, GreEndpoint> openGre, CancellationToken ending)
    {
        _socket = socket;
        OpenGre = openGre;
        Ending = ending;
    }

    /// <summary>Fires when the test is over or has waited long enough.</summary>
    public CancellationToken Ending { get; }

    /// <summary>Types of the messages of the client so far.</summary>
    public List<ushort> Heard { get; } = [];

    public ushort ClientCallId { get; private set; }

    public IPAddress Client => ((IPEndPoint)_socket.RemoteEndPoint!).Address;

    public IPAddress Server => ((IPEndPoint)_socket.LocalEndPoint!).Address;

    /// <summary>The packet path; opened with the first use: before that the kernel answers "protocol unreachable".</summary>
    public GreEndpoint Gre => _gre ??= OpenGre(Client);

    private Func<IPAddress, GreEndpoint> OpenGre { get; }

    /// <summary>Reads one message; null at the end of the connection.</summary>
    public async Task<byte[]?> ReadAsync()
    {
        byte[] head = new byte[12];
        if (!await FillAsync(head))
        {
            return null;
        }

        byte[] message = new byte[ControlCodec.LengthOf(head)];
        head.CopyTo(message, 0);
        if (!await FillAsync(message.AsMemory(12)))
        {
            return null;
        }

        Heard.Add(ControlCodec.TypeOf(message));
        return message;
    }

    /// <summary>The next message must be of this type.</summary>
    public async Task<byte[]> ExpectAsync(ushort type)
    {
        byte[]? message = await ReadAsync();
        return message is not null && ControlCodec.TypeOf(message) == type
            ? message
            : throw new InvalidDataException($"Expected message {type}, got {(message is null ? "the end" : ControlCodec.TypeOf(message))}");
    }

    public async Task SendAsync(params byte[] bytes) => await _socket.SendAsync(bytes, Ending);

    /// <summary>Lets the client's request in and reads its call request.</summary>
    public async Task AcceptControlAsync()
    {
        await ExpectAsync(ControlCodec.StartRequest);
        await SendAsync(ControlCodec.MakeStartReply());
        ClientCallId = ControlCodec.Get16(await ExpectAsync(ControlCodec.CallRequest), 12);
    }

    /// <summary>A call like an orderly server's, with the packet path open.</summary>
    public async Task AcceptCallAsync(ushort serverCallId = ServerCallId)
    {
        _ = Gre;
        await AcceptControlAsync();
        await SendAsync(ControlCodec.MakeCallReply(serverCallId, ClientCallId));
    }

    /// <summary>Answers echoes and the farewell until the client has gone.</summary>
    public async Task ServeAsync()
    {
        while (await ReadAsync() is { } message)
        {
            byte[]? answer = ControlCodec.TypeOf(message) switch
            {
                ControlCodec.EchoRequest => ControlCodec.MakeEchoReply(message),
                ControlCodec.ClearRequest => ControlCodec.MakeDisconnectNotify(ClientCallId, 4),
                ControlCodec.StopRequest => ControlCodec.MakeStopReply(),
                _ => null,
            };
            if (answer is not null)
            {
                await SendAsync(answer);
            }
        }
    }

    /// <summary>Listens and says nothing until the client has gone.</summary>
    public async Task IgnoreAsync()
    {
        while (await ReadAsync() is not null)
        {
        }
    }

    public void Fin() => _socket.Shutdown(SocketShutdown.Send);

    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _gre?.Dispose();
    }

    private async Task<bool> FillAsync(Memory<byte> memory)
    {
        while (memory.Length > 0)
        {
            int count = await _socket.ReceiveAsync(memory, Ending);
            if (count == 0)
            {
                return false;
            }

            memory = memory[count..];
        }

        return true;
    }
}
