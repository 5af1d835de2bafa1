using System.Security.Authentication;
using TestServers.Sstp;

namespace TestServers.Scripted;

/// <summary>Named scripts: what a server can do wrong before PPP is up.</summary>
internal static class Behaviours
{
    private static readonly byte[] s_garbage = [.. Enumerable.Range(0, 350).Select(i => (byte)(i * 37))];

    public static IReadOnlyDictionary<string, Func<SstpScript>> All { get; } = new Dictionary<string, Func<SstpScript>>
    {
        ["silent-after-accept"] = () => new SstpScript().Do("hold", (_, cancel) => Task.Delay(Timeout.Infinite, cancel)),
        ["close-after-accept"] = () => new SstpScript(),
        ["reset-after-accept"] = () => new SstpScript().Reset(),
        ["garbage"] = () => new SstpScript().Delay(50).Send(s_garbage).Silence(),
        ["plain-http"] = () => new SstpScript().Delay(50).Send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n").Silence(),
        ["tls-1.1"] = () => new SstpScript().Send([21, 3, 1, 0, 2, 2, 70]).Silence(),
        ["tls-handshake-failure"] = () => new SstpScript().Send([21, 3, 3, 0, 2, 2, 40]).Silence(),
        ["tls-unrecognized-name"] = () => new SstpScript().Send([21, 3, 3, 0, 2, 2, 112]).Silence(),
        ["client-certificate"] = () => new SstpScript().Tls(SslProtocols.Tls12, askClientCertificate: true).HttpOk().Silence(),
        ["http-silent"] = () => new SstpScript().Tls().ReadHttp().Silence(),
        ["http-close"] = () => new SstpScript().Tls().ReadHttp().CloseNotify(),
        ["http-garbage"] = () => new SstpScript().Tls().ReadHttp().Send(s_garbage).Silence(),
        ["http-401"] = () => Status("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\""),
        ["http-403"] = () => Status("403 Forbidden"),
        ["http-404"] = () => Status("404 Not Found"),
        ["http-500"] = () => Status("500 Internal Server Error"),
        ["http-501"] = () => Status("501 Not Implemented"),
        ["http-503"] = () => Status("503 Service Unavailable"),
        ["http-302"] = () => Status("302 Found", "Location: https://elsewhere.example.com/"),
        ["http-endless"] = () => new SstpScript().Tls().ReadHttp().Send("HTTP/1.1 200 OK\r\n").Flood("X-Filler: 0123456789012345678901234567890123456789\r\n"u8.ToArray()),
        ["http-many-headers"] = () => new SstpScript().Tls().ReadHttp()
            .Send("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 12).Select(i => $"X-{i}: {new string('v', 300)}\r\n")) + "\r\n").Silence(),
        ["sstp-silent"] = () => Open().Silence(),
        ["nak"] = () => Naks(1).Ack().Silence(),
        ["nak-always"] = () => Naks(5).Silence(),
        ["abort-instead-of-ack"] = () => Open().Abort(SstpCode.EncapsulatedProtocol, SstpCode.ValueNotSupported).Silence(),
        ["abort-bare"] = () => Open().Abort().Silence(),
        ["abort-in-ack"] = () => SstpScript.UntilAck().Delay(100).Abort(SstpCode.StatusInfo, SstpCode.InvalidFrame).Silence(),
        ["disconnect-in-ack"] = () => SstpScript.UntilAck().Delay(100).Disconnect().Silence(),
        ["ack-then-silent"] = () => SstpScript.UntilAck().Silence(),
        ["ack-then-fin"] = () => SstpScript.UntilAck().Delay(100).Fin().Silence(),
        ["ack-then-close"] = () => SstpScript.UntilAck().Delay(100).CloseNotify().Silence(),
        ["ack-then-reset"] = () => SstpScript.UntilAck().Delay(100).Reset(),
        ["ack-without-binding"] = () => Open().Send(SstpMessage.Control(SstpCode.CallConnectAck)).Silence(),
        ["ack-bad-mask"] = () => Open().Ack(8).Silence(),
        ["ack-short"] = () => Open().Send(SstpMessage.Control(SstpCode.CallConnectAck, SstpMessage.Attribute(SstpCode.CryptoBindingRequest, new byte[20]))).Silence(),
        ["ack-attribute-overrun"] = () => Open().Send(SstpMessage.Control(SstpCode.CallConnectAck, [0, SstpCode.CryptoBindingRequest, 0x0f, 0xff, 0, 0, 0, 3])).Silence(),
        ["ack-in-pieces"] = () => Open().SendPieces(SstpMessage.ConnectAck(3, new byte[32]), 1).Silence(),
        ["bad-version"] = () => Open().Send([0x20, 1, 0, 8, 0, 8, 0, 0]).Silence(),
        ["bad-length"] = () => Open().Send([0x10, 1, 0, 3, 0, 8, 0, 0]).Silence(),
        ["data-before-ack"] = () => Open().Send(SstpMessage.Data([0xff, 3, 0xc0, 0x21, 1, 1, 0, 4])).Ack().Silence(),
        ["echo-in-ack"] = () => SstpScript.UntilAck().EchoRequest().Silence(),
    };

    private static SstpScript Open() => new SstpScript().Tls().HttpOk().Read(SstpCode.CallConnectRequest);

    private static SstpScript Status(string status, params string[] headers) => new SstpScript().Tls().HttpStatus(status, headers).Silence();

    private static SstpScript Naks(int count)
    {
        SstpScript script = Open();
        for (int i = 0; i < count; i++)
        {
            script.Nak();
            if (i < 4)
            {
                script.Read(SstpCode.CallConnectRequest);
            }
        }
        return script;
    }
}
