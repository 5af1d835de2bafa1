using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using TestServers.Proxy;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

/// <summary>sstp.md section 8, cases 26 to 32, against a proxy on loopback.</summary>
public sealed class ProxyTests
{
    private const string Ok = "HTTP/1.1 200 Connection established\r\nVia: 1.1 x\r\nProxy-agent: y\r\n\r\n";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(20)]
    public async Task S026_AnswerInSegments_Connects(int segments)
    {
        using TlsTestServer server = new(TestPki.Good);
        int size = (Ok.Length + segments - 1) / segments;
        string[] pieces = [.. Ok.Chunk(size).Select(chunk => new string(chunk))];
        await using HttpProxy proxy = new()
        {
            Script = async (_, stream, cancel) =>
            {
                foreach (string piece in pieces)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(piece), cancel);
                    await Task.Delay(2, cancel);
                }
                using TcpClient target = new();
                await target.ConnectAsync(IPAddress.Loopback, server.Port, cancel);
                Task up = stream.CopyToAsync(target.GetStream(), cancel);
                await target.GetStream().CopyToAsync(stream, cancel);
                return true;
            },
        };
        using ITlsConnection connection = await ConnectAsync(server.At(Dial.Name), new ProxyOptions(At(proxy)));
        Assert.Equal(proxy.Endpoint, connection.RemoteEndPoint);
    }

    [Theory]
    [InlineData(WantedLogin.Basic, "Basic ")]
    [InlineData(WantedLogin.DigestMd5, "Digest ")]
    [InlineData(WantedLogin.DigestSha256, "Digest ")]
    [InlineData(WantedLogin.DigestOld, "Digest ")]
    public async Task S027_RightCredentials_ConnectsWithOneLogin(object login, string scheme)
    {
        using TlsTestServer server = new(TestPki.Good);
        await using HttpProxy proxy = new() { Login = (WantedLogin)login, Users = Users("bob", "pä:ss"), Target = Loopback(server.Port) };
        using ITlsConnection connection = await ConnectAsync(server.At(Dial.Name), Options(proxy, "bob", "pä:ss"));
        Assert.Equal(2, proxy.Requests.Count);
        Assert.Null(proxy.Requests.First().Header("Proxy-Authorization"));
        Assert.StartsWith(scheme, proxy.Requests.Last().Header("Proxy-Authorization"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(WantedLogin.Basic)]
    [InlineData(WantedLogin.DigestSha256)]
    public async Task S027_WrongCredentials_OneRetryThenFailure(object login)
    {
        await using HttpProxy proxy = new() { Login = (WantedLogin)login, Users = Users("bob", "right") };
        Failure failure = await FailureAsync(Options(proxy, "bob", "wrong"));
        Assert.Equal((Cause.ProxyCredentialsRefused, FailureKind.LoginFailed), (failure.Cause, failure.Info.Kind));
        Assert.Equal(2, proxy.Requests.Count);
        Assert.Contains("\"bob\"", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S027_ExpiredNonce_IsRenewedOnce()
    {
        using TlsTestServer server = new(TestPki.Good);
        await using HttpProxy proxy = new() { Login = WantedLogin.DigestSha256, Users = Users("bob", "pw"), RenewNonce = true, Target = Loopback(server.Port) };
        using ITlsConnection connection = await ConnectAsync(server.At(Dial.Name), Options(proxy, "bob", "pw"));
        Assert.Equal(3, proxy.Requests.Count);
    }

    [Fact]
    public async Task S027_NonceThatAlwaysExpires_Ends()
    {
        const string Stale = "HTTP/1.1 407 x\r\nProxy-Authenticate: Digest realm=\"r\", nonce=\"n\", stale=true\r\n\r\n";
        await using HttpProxy proxy = new() { Script = HttpProxy.Says(Stale) };
        Assert.Equal(Cause.ProxyCredentialsRefused, (await FailureAsync(Options(proxy, "bob", "pw"))).Cause);
        Assert.Equal(3, proxy.Requests.Count);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("bob", null)]
    [InlineData(null, "pw")]
    public async Task S028_LoginWanted_NoneGiven(string? user, string? password)
    {
        await using HttpProxy proxy = new() { Login = WantedLogin.Basic };
        Failure failure = await FailureAsync(Options(proxy, user, password));
        Assert.Equal((Cause.ProxyNoCredentials, FailureKind.ConnectFailed, 255), (failure.Cause, failure.Info.Kind, failure.Info.ExitStatus));
        Assert.Contains("proxy wants credentials", failure.Sentence, StringComparison.Ordinal);
        Assert.Single(proxy.Requests);
    }

    [Theory]
    [InlineData("", "no method at all")]
    [InlineData("Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n", "Negotiate, NTLM")]
    [InlineData("Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256\r\n", "Digest (SHA-512-256)")]
    [InlineData("Proxy-Authenticate: \u0001\u0002\r\n", "no method at all")]
    public async Task S029_UnknownSchemes_AreNamed(string headers, string named)
    {
        await using HttpProxy proxy = new() { Script = HttpProxy.Says($"HTTP/1.1 407 Login\r\n{headers}\r\n") };
        Failure failure = await FailureAsync(Options(proxy, "bob", "pw"));
        Assert.Equal(Cause.ProxyLoginMethod, failure.Cause);
        Assert.Contains(named, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S029_DigestIsPreferred_WhateverTheOrder()
    {
        await using HttpProxy proxy = new()
        {
            Script = HttpProxy.Says("HTTP/1.1 407 Login\r\nProxy-Authenticate: Basic realm=\"a\", Digest realm=\"r\", nonce=\"n\"\r\n"
                + "Proxy-Authenticate: Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256\r\n\r\n"),
        };
        await FailureAsync(Options(proxy, "bob", "pw"));
        Assert.Contains("algorithm=SHA-256", proxy.Requests.Last().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S029_BasicCannotCarryAColonInTheName()
    {
        await using HttpProxy proxy = new() { Login = WantedLogin.Basic };
        Failure failure = await FailureAsync(Options(proxy, "bob:x", "pw"));
        Assert.Equal(Cause.ProxyLoginMethod, failure.Cause);
        Assert.Contains("colon", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n", Cause.ProxyRefused, "403 \"Forbidden\", its rules forbid it")]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\n\r\n", Cause.ProxyRefused, "could not reach the server")]
    [InlineData("HTTP/1.1 503 x\r\nX-Squid-Error: ERR_DNS_FAIL 0\r\n\r\n", Cause.ProxyRefused, "X-Squid-Error \"ERR_DNS_FAIL 0\"")]
    [InlineData("HTTP/1.0 504\r\n\r\n", Cause.ProxyRefused, "the server did not answer it")]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: http://x/\r\n\r\n", Cause.ProxyRefused, "HTTP status 301")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", Cause.ProxyRefused, "HTTP status 100")]
    [InlineData("SSH-2.0-OpenSSH\r\n", Cause.ProxyGarbage, "it said \"SSH-2.0-OpenSSH")]
    [InlineData("\u0016\u0003\u0001", Cause.ProxyGarbage, "\\x16\\x03\\x01")]
    [InlineData("HTTP/1.1 999999\r\n\r\n", Cause.ProxyGarbage, "which is not HTTP")]
    public async Task S030_OtherAnswers(string answer, object cause, string named)
    {
        await using HttpProxy proxy = new() { Script = HttpProxy.Says(answer) };
        Failure failure = await FailureAsync(new ProxyOptions(At(proxy)));
        Assert.Equal((Cause)cause, failure.Cause);
        Assert.Contains(named, failure.Detail, StringComparison.Ordinal);
        Assert.Single(proxy.Requests);
    }

    [Theory]
    [InlineData("X: y\r\n", "header lines")]
    [InlineData("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "KiB")]
    public async Task S030_EndlessHeader_IsCut(string piece, string named)
    {
        await using HttpProxy proxy = new()
        {
            Script = async (_, stream, cancel) =>
            {
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nA: "u8.ToArray(), cancel);
                while (true)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(piece), cancel);
                }
            },
        };
        Failure failure = await FailureAsync(new ProxyOptions(At(proxy)));
        Assert.Equal(Cause.ProxyGarbage, failure.Cause);
        Assert.Contains(named, failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S030_Silence_TimesOut()
    {
        await using HttpProxy proxy = new() { Script = HttpProxy.Says() };
        Failure failure = await FailureAsync(new ProxyOptions(At(proxy)), Dial.Quick with { ProxyReply = TimeSpan.FromMilliseconds(100) });
        Assert.Equal((Cause.ProxyTimeout, FailureKind.ConnectFailed), (failure.Cause, failure.Info.Kind));
        Assert.Contains("0.1 s", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S030_CloseWithoutAnAnswer()
    {
        await using HttpProxy proxy = new() { Script = (_, _, _) => Task.FromResult(true) };
        Assert.Equal(Cause.ProxyClosed, (await FailureAsync(new ProxyOptions(At(proxy)))).Cause);
    }

    [Fact]
    public async Task S030_WordsAfterTheAnswer_AreNotTls()
    {
        await using HttpProxy proxy = new() { Script = HttpProxy.Says(Ok + "220 mail.example.org ESMTP\r\n") };
        Failure failure = await FailureAsync(new ProxyOptions(At(proxy)));
        Assert.Equal(Cause.TlsNotTls, failure.Cause);
        Assert.Contains("220 mail.example.org", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S030_ProxyNotThere()
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        int port = ((IPEndPoint)closed.LocalEndpoint).Port;
        closed.Stop();
        Failure refused = await FailureAsync(new ProxyOptions(new ServerEndpoint("127.0.0.1", port)));
        Assert.Equal(Cause.ProxyUnreachable, refused.Cause);
        Assert.Contains($"127.0.0.1:{port}: connection refused", refused.Detail, StringComparison.Ordinal);
        Failure unknown = await FailureAsync(new ProxyOptions(new ServerEndpoint("proxy.invalid", 3128)));
        Assert.Equal(Cause.ProxyUnreachable, unknown.Cause);
        Assert.Contains("proxy.invalid", unknown.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S030_IsCancellable()
    {
        await using HttpProxy proxy = new() { Script = HttpProxy.Says() };
        using CancellationTokenSource cancel = new();
        Task<ITlsConnection> connecting = Dial.Connector(proxy: new ProxyOptions(At(proxy)))
            .ConnectAsync(new ServerEndpoint(Dial.Name, 443), Dial.Trusting, cancel.Token);
        while (proxy.Requests.IsEmpty)
        {
            await Task.Delay(1);
        }
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Theory]
    [InlineData(WantedLogin.Basic)]
    [InlineData(WantedLogin.DigestMd5)]
    public async Task S031_LongAndOddCredentials(object login)
    {
        string user = "corp\\" + new string('u', 60), password = "p@ss:w%40rd \"\\$" + new string('x', 200);
        using TlsTestServer server = new(TestPki.Good);
        await using HttpProxy proxy = new() { Login = (WantedLogin)login, Users = Users(user, password), Target = Loopback(server.Port) };
        using ITlsConnection connection = await ConnectAsync(server.At(Dial.Name), Options(proxy, user, password));
        // Request line, three headers, two empty ends: nothing was wrapped.
        Assert.Equal(6, proxy.Requests.Last().Text.Split("\r\n").Length);
    }

    [Fact]
    public async Task S032_PortAndNameGoToTheProxy_Unresolved()
    {
        using TlsTestServer server = new(TestPki.Good);
        await using HttpProxy proxy = new() { Target = Loopback(server.Port) };
        NameLookup never = new(host => throw new SocketException((int)SocketError.HostNotFound));
        using ITlsConnection connection = await Dial.Connector(lookup: never, proxy: new ProxyOptions(At(proxy)))
            .ConnectAsync(new ServerEndpoint(Dial.Name, 8443), Dial.Trusting, CancellationToken.None);
        ProxyRequest request = Assert.Single(proxy.Requests);
        Assert.Equal(($"{Dial.Name}:8443", $"{Dial.Name}:8443"), (request.Authority, request.Header("Host")));
        Assert.Equal(Dial.Name, server.LastName);
    }

    [Fact]
    public async Task S032_Ip6LiteralStandsInBrackets()
    {
        using TlsTestServer server = new(TestPki.MakeServer(TestPki.Root, addresses: [IPAddress.Parse("2001:db8::1")]));
        await using HttpProxy proxy = new() { Target = Loopback(server.Port) };
        using ITlsConnection connection = await ConnectAsync(new ServerEndpoint("2001:db8::1", 443), new ProxyOptions(At(proxy)));
        Assert.Equal("[2001:db8::1]:443", Assert.Single(proxy.Requests).Authority);
    }

    /// <summary>Whatever a proxy says, the attempt ends with a proxy's cause and within its time.</summary>
    [Fact]
    public async Task HostileBytes_EndInACause()
    {
        Random random = new(407);
        for (int i = 0; i < 60; i++)
        {
            byte[] noise = RandomNumberGenerator.GetBytes(random.Next(1, 600));
            string[] heads = ["", "HTTP/1.1 407 x\r\nProxy-Authenticate: ", "HTTP/1.1 200", "HTTP/1.1 407 x\r\n"];
            string answer = heads[i % heads.Length] + Encoding.Latin1.GetString(noise) + "\r\n\r\n";
            await using HttpProxy proxy = new()
            {
                Script = async (_, stream, cancel) =>
                {
                    await stream.WriteAsync(Encoding.Latin1.GetBytes(answer), cancel);
                    return true;
                },
            };
            Failure failure = await FailureAsync(Options(proxy, "bob", "pw"));
            Assert.True(failure.Info.Code.StartsWith("proxy.", StringComparison.Ordinal) || failure.Info.Code.StartsWith("tls.", StringComparison.Ordinal), failure.ToString());
            Assert.DoesNotContain(failure.Sentence, char.IsControl);
        }
    }

    private static ServerEndpoint At(HttpProxy proxy) => new("127.0.0.1", proxy.Endpoint.Port);

    private static IPEndPoint Loopback(int port) => new(IPAddress.Loopback, port);

    private static Dictionary<string, string> Users(string user, string password) => new() { [user] = password };

    private static ProxyOptions Options(HttpProxy proxy, string? user, string? password) =>
        new(At(proxy)) { User = user, Password = password is null ? null : new Secret(password) };

    private static async Task<ITlsConnection> ConnectAsync(ServerEndpoint server, ProxyOptions proxy)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        return await Dial.Connector(proxy: proxy).ConnectAsync(server, Dial.Trusting, limit.Token);
    }

    private static async Task<Failure> FailureAsync(ProxyOptions proxy, TunnelTimeouts? timeouts = null)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(20));
        TunnelException exception = await Assert.ThrowsAsync<TunnelException>(async () =>
            (await Dial.Connector(timeouts, proxy: proxy).ConnectAsync(new ServerEndpoint(Dial.Name, 443), Dial.Trusting, limit.Token)).Dispose());
        return exception.Failure;
    }
}
