using System.Net;
using System.Net.Sockets;
using System.Text;
using Tmds.DBus.Protocol;

namespace DBus.Tests;

/// <summary>The other end of a connection, played by the test: byte for byte.</summary>
internal sealed class ScriptedPeer : IDisposable
{
    public const string Guid = "0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Stream _ours;
    private readonly List<byte> _received = [];
    private uint _serial = 1000;

    private ScriptedPeer(Stream ours, DBusConnection connection)
    {
        _ours = ours;
        Connection = connection;
    }

    public DBusConnection Connection { get; }

    /// <summary>A connection that has not been started, and its peer.</summary>
    public static ScriptedPeer Create(string? userId = "1000", Action<DBusConnection.ExceptionContext>? onException = null)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("nmvpn-peer-");
        string path = Path.Combine(directory.FullName, "s");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(path));
        Socket server = listener.Accept();
        directory.Delete(recursive: true);
        var options = new StreamOptions(new NetworkStream(client, ownsSocket: true), userId) { OnException = onException };
        return new ScriptedPeer(new NetworkStream(server, ownsSocket: true), new DBusConnection(options));
    }

    /// <summary>A connected pair: the peer is a bus that calls us :1.7, or it is no bus.</summary>
    public static async Task<ScriptedPeer> ConnectAsync(bool isBus = true, Action<DBusConnection.ExceptionContext>? onException = null)
    {
        ScriptedPeer peer = Create(onException: onException);
        Task connecting = peer.Connection.ConnectAsync().AsTask();
        await peer.ReadUntilAsync("BEGIN\r\n");
        await peer.SendAsync(Encoding.ASCII.GetBytes($"OK {Guid}\r\n"));
        Message hello = await peer.ReadMessageAsync();
        Assert.Equal("Hello", hello.MemberAsString);
        if (isBus)
        {
            await peer.ReplyAsync(hello, "s", w => w.Text(":1.7"));
        }
        else
        {
            await peer.SendAsync(Wire.Message(
                false, 3, w => w.Field(4, "s", "org.freedesktop.DBus.Error.UnknownMethod").Field(5, hello.Serial), serial: 2));
        }

        await connecting.WaitAsync(Patience);
        return peer;
    }

    public async Task SendAsync(byte[] bytes) => await _ours.WriteAsync(bytes);

    public Task ReplyAsync(Message call, string? signature = null, Action<Wire>? body = null, string? sender = "org.freedesktop.DBus")
        => SendAsync(Wire.Message(
            false,
            2,
            w =>
            {
                w.Field(5, call.Serial);
                if (signature is not null)
                {
                    w.Field(8, "g", signature);
                }

                if (sender is not null)
                {
                    w.Field(7, "s", sender);
                }
            },
            body,
            _serial++));

    public Task CloseAsync()
    {
        _ours.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Text of the authentication dialogue up to and including <paramref name="end"/>.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        while (true)
        {
            string text = Encoding.ASCII.GetString([.. _received]);
            int at = text.IndexOf(end, StringComparison.Ordinal);
            if (at >= 0)
            {
                _received.RemoveRange(0, at + end.Length);
                return text[..(at + end.Length)];
            }

            await FillAsync();
        }
    }

    public async Task<Message> ReadMessageAsync()
    {
        while (true)
        {
            if (_received.Count >= FixedHeader.Length)
            {
                int length = FixedHeader.Parse([.. _received]).TotalLength;
                if (_received.Count >= length)
                {
                    byte[] bytes = [.. _received.Take(length)];
                    _received.RemoveRange(0, length);
                    return Message.Parse(bytes);
                }
            }

            await FillAsync();
        }
    }

    public void Dispose()
    {
        Connection.Dispose();
        _ours.Dispose();
    }

    private async Task FillAsync()
    {
        var buffer = new byte[4096];
        int count = await _ours.ReadAsync(buffer).AsTask().WaitAsync(Patience);
        Assert.NotEqual(0, count);
        _received.AddRange(buffer.AsSpan(0, count));
    }

    private sealed class StreamOptions(Stream stream, string? userId) : DBusConnectionOptions
    {
        protected internal override ValueTask<SetupResult> SetupAsync(CancellationToken cancellationToken)
            => new(new SetupResult { ConnectionStream = stream, UserId = userId, MachineId = Guid });
    }
}
