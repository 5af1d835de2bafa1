using TunnelCore.Diagnostics;
using TunnelCore.Net;
using static TunnelCore.Tests.Transport.SstpServerScript;

namespace TunnelCore.Tests.Transport;

/// <summary>Cases 34 to 45: the HTTP exchange.</summary>
public sealed class SstpHttpTests
{
    [Theory]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 18446744073709551615\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551615\r\nConnection: keep-alive\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200\n\n")]
    public async Task S034_AcceptedReplies(string reply)
    {
        await using SstpServerScript script = new();
        Task connecting = await script.DialSstpAsync(reply);
        script.Connection.Push(Ack);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        Assert.Equal("192.0.2.7", script.Transport.ServerAddress.ToString());
    }

    [Theory]
    [InlineData("HTTP/1.1 401 Unauthorized")]
    [InlineData("HTTP/1.1 403 Forbidden")]
    public Task S035_WebAuthentication(string status) => Refused(status, Cause.HttpAuthentication, "not an SSTP endpoint?");

    [Fact]
    public Task S036_NotFound() => Refused("HTTP/1.1 404 Not Found", Cause.HttpNotFound, "no SSTP service at this host name");

    [Theory]
    [InlineData("HTTP/1.1 503 Service Unavailable")]
    [InlineData("HTTP/1.1 501 Not Implemented")]
    [InlineData("HTTP/1.1 500 Internal Server Error")]
    public Task S037_Unavailable(string status) => Refused(status, Cause.HttpUnavailable, status[9..12]);

    [Theory]
    [InlineData("HTTP/1.1 301 Moved\r\nLocation: https://other.example.org/x")]
    [InlineData("HTTP/1.1 302 Found\r\nlocation: https://other.example.org/x")]
    public Task S038_Redirect_IsShownNotFollowed(string status) => Refused(status, Cause.HttpRedirect, "https://other.example.org/x");

    [Theory]
    [InlineData("HTTP/1.1 204 No Content")]
    [InlineData("HTTP/1.1 400 Bad Request")]
    [InlineData("HTTP/1.1 100 Continue")]
    [InlineData("HTTP/1.1 504 Gateway Timeout")]
    public Task OtherStatus(string status) => Refused(status, Cause.HttpStatus, status[9..12]);

    [Fact]
    public async Task S039_ReplyByteByByte()
    {
        await using SstpServerScript script = new();
        (Task connecting, _) = await script.DialAsync();
        script.Connection.Push([.. Text(OkReply).Select(b => new[] { b })]);
        await script.ExpectAsync("CallConnectRequest");
        script.Connection.Push(Ack);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
    }

    [Theory]
    [InlineData(12, 10)]
    [InlineData(1, 1000)]
    [InlineData(9, 1000)]
    public async Task S040_ManyAndLongHeaders(int count, int length)
    {
        await using SstpServerScript script = new();
        string headers = string.Concat(Enumerable.Range(0, count).Select(i => $"X-{i}: {new string('v', length)}\r\n"));
        Task connecting = await script.DialSstpAsync($"HTTP/1.1 200 OK\r\n{headers}\r\n");
        script.Connection.Push(Ack);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
    }

    [Fact]
    public async Task S040_HeaderOfOneMegabyte_HitsTheLimit()
    {
        await using SstpServerScript script = new();
        (Task connecting, _) = await script.DialAsync();
        script.Connection.Push(Text("HTTP/1.1 200 OK\r\nX: "), Text(new string('v', 1024 * 1024)));
        Failure failure = await script.ExpectFailureAsync(connecting, Cause.HttpTooLarge);
        Assert.Contains("16 KiB", failure.Sentence, StringComparison.Ordinal);
        await script.Connection.WaitForAbortAsync();
    }

    [Fact]
    public async Task S041_NoReply_After20Seconds()
    {
        await using SstpServerScript script = new();
        (Task connecting, _) = await script.DialAsync();
        script.Time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(connecting.IsCompleted);
        await script.Time.AdvanceUntilAsync(connecting, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5));
        Failure failure = await script.ExpectFailureAsync(connecting, Cause.HttpTimeout);
        Assert.Contains("no HTTP answer", failure.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(FakeEnd.CloseNotify, "close_notify")]
    [InlineData(FakeEnd.Fin, "FIN")]
    [InlineData(FakeEnd.Reset, "RST")]
    internal async Task S042_CloseRightAfterTheRequest(FakeEnd end, string words)
    {
        await using SstpServerScript script = new();
        (Task connecting, _) = await script.DialAsync();
        script.Connection.End(end);
        Failure failure = await script.ExpectFailureAsync(connecting, Cause.HttpClosed);
        Assert.Contains("closed the connection before its HTTP answer", failure.Sentence, StringComparison.Ordinal);
        Assert.Contains(words, failure.Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain("The ", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "\"SSH-2.0-OpenSSH_9.2\\x0D\\x0A\"")]
    [InlineData("\u0015\u0003\u0001\u0000\u00ff", "\"\\x15\\x03\\x01\\x00\\xFF\"")]
    public async Task S043_Garbage_IsQuotedAndEscaped(string reply, string quoted)
    {
        await using SstpServerScript script = new();
        (Task connecting, _) = await script.DialAsync();
        script.Connection.Push(Text(reply));
        Failure failure = await script.ExpectFailureAsync(connecting, Cause.HttpGarbage);
        Assert.Equal(quoted, failure.Detail);
    }

    [Fact]
    public async Task S043_LongGarbage_IsCut()
    {
        await using SstpServerScript script = new();
        (Task connecting, _) = await script.DialAsync();
        script.Connection.Push([.. Enumerable.Range(0, 4000).Select(i => (byte)i)]);
        Failure failure = await script.ExpectFailureAsync(connecting, Cause.HttpGarbage);
        Assert.InRange(failure.Detail.Length, 40, 80);
    }

    [Theory]
    [InlineData("Content-Length: 0\r\n", "\"0\"")]
    [InlineData("Content-Length: -1\r\n", "\"-1\"")]
    [InlineData("", "none")]
    public async Task S044_OddContentLength_IsAWarning(string header, string shown)
    {
        RecordingLogger log = new();
        await using SstpServerScript script = new(logger: log);
        Task connecting = await script.DialSstpAsync($"HTTP/1.1 200\r\n{header}\r\n");
        script.Connection.Push(Ack);
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        Assert.Contains(log.Lines, line => line.StartsWith("Warning 1101", StringComparison.Ordinal) && line.Contains(shown, StringComparison.Ordinal));
    }

    [Fact]
    public async Task S045_AckPushedWithTheReply_IsTakenAfterTheRequest()
    {
        await using SstpServerScript script = new();
        (Task connecting, _) = await script.DialAsync();
        script.Connection.Push([.. Text(OkReply), .. Ack, .. Data(Lcp)]);
        await script.ExpectAsync("CallConnectRequest");
        await connecting.WaitAsync(FakeTlsConnection.Patience);
        script.Transport.Start(script.Frames);
        Assert.Equal(Lcp, Assert.Single(await script.Frames.WaitAsync(1)));
    }

    [Theory]
    [InlineData("vpn.example.org", null, "Host: vpn.example.org\r\n")]
    [InlineData("2001:db8::1", null, "Host: [2001:db8::1]\r\n")]
    [InlineData("192.0.2.7", "vpn.example.org", "Host: vpn.example.org\r\n")]
    [InlineData("b\u00fccher.example", null, "Host: xn--bcher-kva.example\r\n")]
    public async Task Request_CarriesTheNameAsTyped_AndTheLoggedCorrelationId(string host, string? expectedName, string header)
    {
        RecordingLogger log = new();
        await using SstpServerScript script = new(logger: log, host: host, tls: new TlsOptions { ExpectedName = expectedName });
        (_, string request) = await script.DialAsync();
        Assert.Contains(header, request, StringComparison.Ordinal);
        string id = $"{{{script.Transport.CorrelationId.ToString().ToUpperInvariant()}}}";
        Assert.Contains($"SSTPCORRELATIONID: {id}\r\n", request, StringComparison.Ordinal);
        Assert.Contains(log.Lines, line => line.Contains(id, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Request_WithANameThatIsNone_IsRefusedBeforeDialling()
    {
        await using SstpServerScript script = new(host: "vpn\r\nX: y");
        await script.ExpectFailureAsync(script.Transport.ConnectAsync(CancellationToken.None), Cause.NameNotFound);
        Assert.Equal(0, script.Connection.Untaken);
    }

    [Fact]
    public async Task Cancelled_DuringTheExchange()
    {
        await using SstpServerScript script = new();
        using CancellationTokenSource cancellation = new();
        (Task connecting, _) = await script.DialAsync(cancellation.Token);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(FakeTlsConnection.Patience));
        await script.Connection.WaitForAbortAsync();
    }

    private static async Task Refused(string status, Cause cause, string words)
    {
        await using SstpServerScript script = new();
        (Task connecting, _) = await script.DialAsync();
        script.Connection.Push(Text(status + "\r\nContent-Length: 5\r\n\r\nhello"));
        Failure failure = await script.ExpectFailureAsync(connecting, cause);
        Assert.Contains(words, failure.Sentence, StringComparison.Ordinal);
        Assert.Contains(status[9..12], failure.Sentence, StringComparison.Ordinal);
        await script.Connection.WaitForAbortAsync();
    }
}
