using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TestServers.Crypto;
using TestServers.Sstp;

namespace TestServers.Scripted;

/// <summary>
/// A server's behaviour, step by step. Each Send is one write, and in TLS one record (up to 16 KiB).
/// The connection stays open for the next step; after the last one it is closed with what the last step left.
/// </summary>
internal sealed class SstpScript
{
    private readonly List<ScriptStep> _steps = [];

    public IReadOnlyList<ScriptStep> Steps => _steps;

    /// <summary>TLS, HTTP 200, Call Connect Request read, Ack sent: PPP would start now.</summary>
    public static SstpScript UntilAck(byte hashMask = CryptoBinding.Sha1Bit | CryptoBinding.Sha256Bit) =>
        new SstpScript().Tls().HttpOk().Read(SstpCode.CallConnectRequest).Ack(hashMask);

    public SstpScript Do(string name, Func<ScriptConnection, CancellationToken, Task> run)
    {
        _steps.Add(new ScriptStep(name, run));
        return this;
    }

    public SstpScript Do(string name, Action<ScriptConnection> run) => Do(name, (connection, _) =>
    {
        run(connection);
        return Task.CompletedTask;
    });

    /// <summary>TLS handshake as server.</summary>
    public SstpScript Tls(SslProtocols protocols = SslProtocols.None, X509Certificate2? certificate = null, bool askClientCertificate = false) => Do("tls", async (connection, cancel) =>
    {
        SslStream tls = new(connection.Stream);
        await tls.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions
            {
                ServerCertificateContext = SslStreamCertificateContext.Create(certificate ?? connection.Certificate, null, offline: true),
                EnabledSslProtocols = protocols,
                ClientCertificateRequired = askClientCertificate,
                RemoteCertificateValidationCallback = askClientCertificate ? (_, given, _, _) => given != null : null,
            },
            cancel).ConfigureAwait(false);
        connection.Stream = tls;
    });

    /// <summary>Reads the HTTP request; what follows it stays for the next Read.</summary>
    public SstpScript ReadHttp() => Do("read http", async (connection, cancel) =>
    {
        byte[] buffer = new byte[16384];
        int length = 0, head = -1;
        while (head < 0)
        {
            int n = await connection.ReadAsync(buffer.AsMemory(length), cancel).ConfigureAwait(false);
            if (n == 0)
            {
                throw new InvalidDataException("the client closed before the end of its HTTP request");
            }
            length += n;
            head = HttpHead.Find(buffer.AsSpan(0, length));
        }
        connection.RequestText = Encoding.Latin1.GetString(buffer, 0, head);
        connection.Request = HttpHead.Parse(buffer.AsSpan(0, head));
        connection.Append(buffer.AsSpan(head, length - head));
    });

    /// <summary>Reads the request and answers with these bytes.</summary>
    public SstpScript Http(string reply) => ReadHttp().Send(reply);

    public SstpScript HttpOk() => Http(HttpHead.Ok);

    public SstpScript HttpStatus(string status, params string[] headers) =>
        Http($"HTTP/1.1 {status}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}Content-Length: 0\r\n\r\n");

    public SstpScript Send(params byte[][] packets) => Do("send", async (connection, cancel) =>
    {
        await connection.Stream.WriteAsync((byte[])[.. packets.SelectMany(p => p)], cancel).ConfigureAwait(false);
        await connection.Stream.FlushAsync(cancel).ConfigureAwait(false);
    });

    public SstpScript Send(string text) => Send(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends in pieces of <paramref name="size"/> bytes, each in a write of its own.</summary>
    public SstpScript SendPieces(byte[] bytes, int size, TimeSpan pause = default) => Do("send pieces", async (connection, cancel) =>
    {
        for (int at = 0; at < bytes.Length; at += size)
        {
            await connection.Stream.WriteAsync(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)), cancel).ConfigureAwait(false);
            if (pause > TimeSpan.Zero)
            {
                await Task.Delay(pause, cancel).ConfigureAwait(false);
            }
        }
    });

    /// <summary>Sends the same bytes again and again, until the client goes or <paramref name="times"/> is reached.</summary>
    public SstpScript Flood(byte[] bytes, int times = int.MaxValue) => Do("flood", async (connection, cancel) =>
    {
        try
        {
            for (int i = 0; i < times; i++)
            {
                await connection.Stream.WriteAsync(bytes, cancel).ConfigureAwait(false);
            }
        }
        catch (IOException e)
        {
            connection.ClientEnd = e.Message;
        }
    });

    public SstpScript Delay(TimeSpan time) => Do("delay", (_, cancel) => Task.Delay(time, cancel));

    public SstpScript Delay(int milliseconds) => Delay(TimeSpan.FromMilliseconds(milliseconds));

    /// <summary>Reads packets until a control message of this type has come.</summary>
    public SstpScript Read(int controlType) => Do($"read {controlType}", async (connection, cancel) =>
    {
        while (true)
        {
            byte[] packet = await connection.ReadPacketAsync(cancel).ConfigureAwait(false)
                ?? throw new InvalidDataException($"the client closed ({connection.ClientEnd}) before message {controlType}");
            if (SstpPacketReader.IsControl(packet) && SstpPacketReader.ControlType(packet) == controlType)
            {
                return;
            }
        }
    });

    /// <summary>Reads packets until a data packet has come.</summary>
    public SstpScript ReadData() => Do("read data", async (connection, cancel) =>
    {
        while (SstpPacketReader.IsControl(await connection.ReadPacketAsync(cancel).ConfigureAwait(false)
            ?? throw new InvalidDataException($"the client closed ({connection.ClientEnd}) before a data packet")))
        {
        }
    });

    /// <summary>Call Connect Ack with a fresh nonce.</summary>
    public SstpScript Ack(byte hashMask = CryptoBinding.Sha1Bit | CryptoBinding.Sha256Bit) => Do("ack", async (connection, cancel) =>
    {
        connection.Nonce = RandomNumberGenerator.GetBytes(32);
        await connection.Stream.WriteAsync(SstpMessage.ConnectAck(hashMask, connection.Nonce), cancel).ConfigureAwait(false);
    });

    public SstpScript Nak(byte attribute = SstpCode.EncapsulatedProtocol, uint status = SstpCode.ValueNotSupported) => Send(SstpMessage.ConnectNak(attribute, status));

    public SstpScript Abort() => Send(SstpMessage.Abort());

    public SstpScript Abort(byte attribute, uint status) => Send(SstpMessage.Abort(attribute, status));

    public SstpScript Disconnect() => Send(SstpMessage.Disconnect());

    public SstpScript EchoRequest() => Send(SstpMessage.EchoRequest());

    /// <summary>Says nothing more; reads packets (or bytes, when they are none) until the client ends.</summary>
    public SstpScript Silence() => Do("silence", async (connection, cancel) =>
    {
        try
        {
            while (await connection.ReadPacketAsync(cancel).ConfigureAwait(false) != null)
            {
            }
        }
        catch (InvalidDataException)
        {
            byte[] buffer = new byte[4096];
            while (await connection.ReadAsync(buffer, cancel).ConfigureAwait(false) > 0)
            {
            }
        }
    });

    /// <summary>TLS close_notify, then FIN.</summary>
    public SstpScript CloseNotify() => Do("close_notify", async (connection, _) =>
    {
        await ((SslStream)connection.Stream).ShutdownAsync().ConfigureAwait(false);
        connection.Socket.Shutdown(SocketShutdown.Send);
    });

    /// <summary>FIN without close_notify.</summary>
    public SstpScript Fin() => Do("fin", connection => connection.Socket.Shutdown(SocketShutdown.Send));

    /// <summary>RST.</summary>
    public SstpScript Reset() => Do("rst", connection =>
    {
        connection.Socket.LingerState = new LingerOption(true, 0);
        connection.Socket.Close(0);
    });
}
