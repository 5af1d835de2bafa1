using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

public sealed class TlsHandshakeTests
{
    [Fact]
    public async Task S007_ServerThatSaysNothing_TimesOut()
    {
        Assert.Equal(TimeSpan.FromSeconds(15), Link.TunnelTimeouts.Default.TlsHandshake);
        using RawTestServer server = new(socket => Task.Delay(5000));
        Failure failure = await Dial.FailureAsync(new(Dial.Name, server.Port), timeouts: Dial.Quick with { TlsHandshake = TimeSpan.FromMilliseconds(300) });
        Assert.Equal(Cause.TlsTimeout, failure.Cause);
        Assert.Contains("TLS handshake timed out", failure.Sentence, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.1:{server.Port}", failure.Detail, StringComparison.Ordinal);
        Assert.Contains("it sent nothing", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S007_Cancellation_EndsTheHandshakeAtOnce()
    {
        using RawTestServer server = new(socket => Task.Delay(5000));
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(100));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Dial.Connector().ConnectAsync(new(Dial.Name, server.Port), Dial.Trusting, stop.Token)).WaitAsync(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task S008_HttpServer_IsNotTls_AndIsQuoted()
    {
        using RawTestServer server = new(async socket =>
        {
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAsync("HTTP/1.1 400 Bad Request\r\n\u001b\r\n"u8.ToArray());
        });
        Failure failure = await Dial.FailureAsync(new(Dial.Name, server.Port));
        Assert.Equal(Cause.TlsNotTls, failure.Cause);
        Assert.Contains("not a TLS server", failure.Sentence, StringComparison.Ordinal);
        Assert.Contains("HTTP/1.1 400 Bad Request\\x0D", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(failure.Detail, char.IsControl);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task S009_CloseDuringTheHandshake(bool reset)
    {
        using RawTestServer server = new(async socket =>
        {
            await socket.ReceiveAsync(new byte[4096]);
            if (reset)
            {
                socket.LingerState = new LingerOption(true, 0);
            }
        });
        Failure failure = await Dial.FailureAsync(new(Dial.Name, server.Port));
        Assert.Equal(Cause.TlsClosed, failure.Cause);
        Assert.Contains("closed the connection during the TLS handshake", failure.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("-tls1")]
    [InlineData("-tls1_1")]
    public async Task S010_OldVersionOnly_IsNamed_AndWorksWhenAllowed(string version)
    {
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, dns: [Dial.Name], key: RSA.Create(2048));
        using OpenSslServer server = await OpenSslServer.StartAsync(certificate, version, "-cipher", "ALL@SECLEVEL=0");
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.TlsVersion, failure.Cause);
        Assert.Contains("TLS 1.2 and TLS 1.3", failure.Detail, StringComparison.Ordinal);
        Assert.Contains("lower minimum TLS version", failure.Sentence, StringComparison.Ordinal);
#pragma warning disable SYSLIB0039, CA5397, CA5398 // The subject of the test.
        using ITlsConnection connection = await Dial.ConnectAsync(
            server.At(Dial.Name), Dial.Trusting with { Protocols = SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12 | SslProtocols.Tls13 });
#pragma warning restore SYSLIB0039, CA5397, CA5398
    }

    [Fact]
    public async Task S010_ServerHelloOfTls11_IsNamed()
    {
        byte[] serverHello = [22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2, .. new byte[32], 0, 0xC0, 0x13, 0];
        using RawTestServer server = new(async socket =>
        {
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAsync(serverHello);
            await socket.ReceiveAsync(new byte[4096]);
        });
        Failure failure = await Dial.FailureAsync(new(Dial.Name, server.Port));
        Assert.Equal(Cause.TlsVersion, failure.Cause);
        Assert.Contains("chose TLS 1.1", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S011_AnonymousServer_HasNoCommonCipher()
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(null, "-tls1_2", "-cipher", "ADH:AECDH:@SECLEVEL=0");
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.TlsNoCipher, failure.Cause);
        Assert.Contains("no cipher in common with us, or no certificate", failure.Sentence, StringComparison.Ordinal);
        Assert.Contains("handshake_failure", failure.Detail, StringComparison.Ordinal);
#pragma warning disable SYSLIB0039, CA5397, CA5398 // The lowered security level must not let it in either.
        TlsOptions old = new() { IgnoreCertificateErrors = true, Protocols = SslProtocols.Tls | SslProtocols.Tls11 | SslProtocols.Tls12 };
#pragma warning restore SYSLIB0039, CA5397, CA5398
        Assert.Equal(Cause.TlsNoCipher, (await Dial.FailureAsync(server.At(Dial.Name), old)).Cause);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task S012_ServerThatNeedsAClientCertificate(string version)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(TestPki.Good, version, "-Verify", "1");
        Failure failure;
        try
        {
            using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
            Exception error = await Assert.ThrowsAnyAsync<IOException>(async () => await connection.ReadAsync(new byte[100], limit.Token));
            failure = connection.DescribeEnd(error);
        }
        catch (TunnelException exception)
        {
            failure = exception.Failure;
        }
        Assert.Equal(Cause.TlsClientCertificate, failure.Cause);
        Assert.Contains("asked for a client certificate", failure.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task S012_CutRightAfterTheHandshake_IsExplainedByTheMissingCertificate(bool asks)
    {
        using TlsTestServer server = new(TestPki.Good, script: (_, socket) =>
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
            return Task.CompletedTask;
        }) { AskForCertificate = asks };
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
        Exception error = await Assert.ThrowsAnyAsync<IOException>(async () => await connection.ReadAsync(new byte[100], limit.Token));
        Assert.Equal(asks ? Cause.TlsClientCertificate : Cause.ConnectionReset, connection.DescribeEnd(error).Cause);
    }

    [Fact]
    public async Task S012_ServerThatOnlyAsks_GetsNone()
    {
        using TlsTestServer server = new(TestPki.Good, script: async (tls, _) => await tls.WriteAsync(new byte[1])) { AskForCertificate = true };
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        Assert.Equal(1, await connection.ReadAsync(new byte[10], CancellationToken.None));
        Assert.False(server.LastHadClientCertificate);
    }

    [Fact]
    public async Task S013_TwoHundredFastHandshakes_AllConnect()
    {
        using TlsTestServer server = new(TestPki.Good, script: async (tls, _) =>
        {
            byte[] buffer = new byte[16];
            await tls.WriteAsync(buffer.AsMemory(0, await tls.ReadAsync(buffer)));
        });
        for (int i = 0; i < 200; i++)
        {
            using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
            await connection.WriteAsync("ping"u8.ToArray(), CancellationToken.None);
            Assert.Equal(4, await connection.ReadAsync(new byte[16], CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(5)));
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("8")]
    public async Task S014_Tickets_DoNotDisturb(string tickets)
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(TestPki.Good, "-num_tickets", tickets, "-rev");
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        Assert.Equal("cba\n", await ExchangeAsync(connection, "abc\n"));
    }

    [Fact]
    public async Task S014_KeyUpdateBetweenTheData_DoesNotDisturb()
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(TestPki.Good, "-tls1_3");
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        foreach (string command in (string[])["one", "K", "two", "k", "three"])
        {
            await server.Input.WriteLineAsync(command);
            await server.Input.FlushAsync();
            if (command.Length > 1)
            {
                Assert.Equal(command + "\n", await ReadAsync(connection, command.Length + 1));
                continue;
            }
            await server.WaitForAsync("SSL_do_handshake -> 1");
        }
    }

    [Fact]
    public async Task S025_NameThatTheServerRefuses()
    {
        using OpenSslServer server = await OpenSslServer.StartAsync(
            TestPki.Good, "-servername", "only.example.org", "-servername_fatal", "-cert2", WithKey(TestPki.Good), "-key2", WithKey(TestPki.Good));
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.TlsHostNameRefused, failure.Cause);
        Assert.Contains("refused this host name", failure.Sentence, StringComparison.Ordinal);
        Assert.Contains("\"vpn.example.org\"", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40, Cause.TlsNoCipher)]
    [InlineData(70, Cause.TlsVersion)]
    [InlineData(71, Cause.TlsNoCipher)]
    [InlineData(80, Cause.TlsFailed)]
    [InlineData(112, Cause.TlsHostNameRefused)]
    [InlineData(0, Cause.TlsClosed)]
    [InlineData(255, Cause.TlsFailed)]
    public async Task Alerts_HaveTheirCauses(byte alert, Cause expected)
    {
        using RawTestServer server = new(async socket =>
        {
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAsync(new byte[] { 21, 3, 3, 0, 2, 2, alert });
            await socket.ReceiveAsync(new byte[4096]);
        });
        Assert.Equal(expected, (await Dial.FailureAsync(new(Dial.Name, server.Port))).Cause);
    }

    [Fact]
    public async Task RandomServerBytes_AlwaysEndInAFailureWithACause()
    {
        Random random = new(11);
        byte[] bytes = [];
        using RawTestServer server = new(async socket =>
        {
            await socket.ReceiveAsync(new byte[4096]);
            await socket.SendAsync(bytes);
        });
        for (int i = 0; i < 60; i++)
        {
            bytes = new byte[random.Next(1, 400)];
            random.NextBytes(bytes);
            if (i % 3 != 0)
            {
                byte[] header = [22, 3, (byte)random.Next(5), 0, (byte)random.Next(256), 2];
                header.AsSpan(0, Math.Min(header.Length, bytes.Length)).CopyTo(bytes);
            }
            Failure failure = await Dial.FailureAsync(new(Dial.Name, server.Port));
            Assert.True(failure.Cause is Cause.TlsNotTls or Cause.TlsClosed or Cause.TlsFailed or Cause.TlsVersion or Cause.TlsNoCipher, failure.ToString());
            Assert.DoesNotContain(failure.Detail, char.IsControl);
        }
    }

    private static async Task<string> ExchangeAsync(ITlsConnection connection, string text)
    {
        await connection.WriteAsync(Encoding.ASCII.GetBytes(text), CancellationToken.None);
        return await ReadAsync(connection, text.Length);
    }

    private static async Task<string> ReadAsync(ITlsConnection connection, int length)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(5));
        byte[] buffer = new byte[length];
        int have = 0;
        while (have < length)
        {
            int count = await connection.ReadAsync(buffer.AsMemory(have), limit.Token);
            Assert.NotEqual(0, count);
            have += count;
        }
        return Encoding.ASCII.GetString(buffer);
    }

    private static string WithKey(X509Certificate2 certificate) =>
        TestPki.WriteFile($"{certificate.ExportCertificatePem()}\n{certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()}\n");
}
