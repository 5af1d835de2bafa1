using TestServers.Scripted;
using TestServers.Sstp;

namespace TunnelCli.Tests.Sstpc;

/// <summary>
/// Where sstp-client 1.0.18 crashes, hangs or accepts what it must not: the list of its defects, by number. Ours ends with a status
/// and a sentence, or goes on.
/// </summary>
public sealed class SstpcRobustnessTests
{
    private static readonly byte[] s_auth =
        Convert.FromHexString("707473732800010001001000" + new string('1', 32) + "02001000" + new string('2', 32));

    private static readonly byte[] s_ack = Convert.FromHexString("7074737300000300");
    private static readonly byte[] s_lcp = [0xFF, 3, 0xC0, 0x21, 1, 1, 0, 4];

    public static TheoryData<string, string, string> Defects => new()
    {
        // number, behaviour of the server, code of the sentence
        { "04 packet of 20000 bytes", "long-packet", "ppp" },
        { "05 twelve headers and a long value", "http-many-headers", "ppp" },
        { "06 Ack without its attribute", "ack-without-binding", "sstp.protocol" },
        { "06 Ack with an attribute past its end", "ack-attribute-overrun", "sstp.protocol" },
        { "08 unknown message at log level 6", "unknown-message", "ppp" },
        { "10 version of another protocol", "bad-version", "sstp.protocol" },
        { "10 bitmask without a known hash", "ack-bad-mask", "sstp.protocol" },
        { "10 length below the header", "bad-length", "sstp.protocol" },
        { "11 Abort without a reason", "abort-bare", "sstp.aborted" },
        { "12 Abort with a reason", "abort-instead-of-ack", "sstp.aborted" },
        { "11 Disconnect", "disconnect-in-ack", "sstp.disconnected" },
        { "14 reset", "ack-then-reset", "connection.reset" },
        { "-- FIN", "ack-then-fin", "connection.closed" },
        { "-- garbage", "http-garbage", "http.garbage" },
        { "-- endless header", "http-endless", "http.too-large" },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public async Task Defect_EndsWithItsSentence_OrDoesNoHarm(string defect, string behaviour, string code)
    {
        await using SstpcRig rig = new(Script(behaviour));
        if (code == "ppp")
        {
            // PPP goes on: pppd gets the server's next frame, and the end of pppd ends it.
            Task<int> running = rig.RunAsync();
            Assert.Contains((byte)0xC0, await FrameAsync(rig));
            rig.HangUp();
            Assert.Equal(255, await running);
            Assert.Contains("[pppd.died]", rig.Log, StringComparison.Ordinal);
            return;
        }

        Assert.Equal(255, await rig.RunAsync());
        Assert.True(rig.Log.Contains($"[{code}]", StringComparison.Ordinal), $"{defect}: {rig.Log}");
        Assert.DoesNotContain('\0', rig.Log);
    }

    /// <summary>Defect 7: the old program calls a function that is not there.</summary>
    [Fact]
    public async Task DataBeforeTheAck_IsDropped_AndPppGoesOn()
    {
        await using SstpcRig rig = new(
            new SstpScript().Tls().HttpOk().Read(SstpCode.CallConnectRequest).Send(SstpMessage.Data([0xFF, 3, 0x80, 0x21, 9, 9, 0, 4])).Ack().Delay(50)
                .Send(SstpMessage.Data(s_lcp)).Silence());
        Task<int> running = rig.RunAsync();
        byte[] line = await FrameAsync(rig);
        Assert.DoesNotContain((byte)0x80, line);
        rig.HangUp();
        Assert.Equal(255, await running);
    }

    /// <summary>Defect 3: the old program gives the rest of a record only with the next one.</summary>
    [Fact]
    public async Task EightPacketsInOneRecord_AllComeAtOnce()
    {
        byte[] packets = [.. Enumerable.Range(0, 8).SelectMany(i => SstpMessage.Data([0xFF, 3, 0xC0, 0x21, 9, (byte)(0x40 + i), 0, 4]))];
        await using SstpcRig rig = new(SstpScript.UntilAck().Delay(50).Send(packets).Silence());
        Task<int> running = rig.RunAsync();
        int flags = 0;
        List<byte> seen = [];
        DateTime end = DateTime.UtcNow.AddSeconds(20);
        byte[] buffer = new byte[4096];
        while (flags < 16 && DateTime.UtcNow < end)
        {
            _ = rig.Pppd.WaitReadable(100);
            int count = rig.Pppd.Read(buffer);
            seen.AddRange(buffer.AsSpan(0, Math.Max(count, 0)));
            flags = seen.Count(b => b == 0x7E);
        }

        Assert.Equal(16, flags);
        Assert.All(Enumerable.Range(0, 8), i => Assert.Contains((byte)(0x40 + i), seen));
        rig.HangUp();
        _ = await running;
    }

    /// <summary>Defect 9, and case 79: keys before the handshake is over are kept until they can be used.</summary>
    [Fact]
    [Shows("sstpc", "ipparam", "nolaunchpppd")]
    public async Task KeysBeforeTheAck_AreKept_AndUsedThen()
    {
        await using SstpcRig rig = new(
            new SstpScript().Delay(200).Tls().HttpOk().Read(SstpCode.CallConnectRequest).Ack().Read(SstpCode.CallConnected).Silence());
        Task<int> running = rig.RunAsync();
        Assert.Equal(s_ack, await rig.CallAsync(s_auth));
        Assert.Contains("Connection Established", rig.Log, StringComparison.Ordinal);
        Assert.Contains("Received callback from sstp-plugin", rig.Log, StringComparison.Ordinal);
        rig.HangUp();
        Assert.Equal(0, await running);
        Assert.DoesNotContain("1111", rig.Log, StringComparison.Ordinal);
        Assert.False(File.Exists(rig.KeySocket));
    }

    /// <summary>Case 79: nothing that a caller does holds up another one, or the tunnel.</summary>
    [Theory]
    [InlineData("FFFFFFFF00000100")] // magic
    [InlineData("7074737300000900")] // type
    [InlineData("70747373FFFF0100")] // length
    [InlineData("7074737308000100010041000000")] // attribute past the end
    [InlineData("7074737304000100")] // half a request
    public async Task BadCallOfAPlugin_IsClosed_AndTheNextOneWorks(string request)
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().Read(SstpCode.CallConnected).Silence());
        Task<int> running = rig.RunAsync();
        Task<byte[]> bad = rig.CallAsync(Convert.FromHexString(request));
        Assert.Equal(s_ack, await rig.CallAsync(s_auth));
        Assert.Empty(await bad);
        rig.HangUp();
        Assert.Equal(0, await running);
    }

    /// <summary>Case 80.</summary>
    [Fact]
    public async Task AskedForItsServer_SaysNameAndAddress()
    {
        await using SstpcRig rig = new(new SstpScript().Delay(100).Tls().HttpOk().Read(SstpCode.CallConnectRequest).Ack().Silence());
        Task<int> running = rig.RunAsync();
        byte[] answer = await rig.CallAsync(Convert.FromHexString("7074737300000200"), 8 + 4 + 12 + 4 + 16);
        string port = rig.Server.Port.ToString("X4", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(
            "7074737324000300" + "03000900" + Convert.ToHexString("127.0.0.1"u8) + "000000" + "04001000" + "0200" + port + "7F000001" + new string('0', 16),
            Convert.ToHexString(answer));
        rig.HangUp();
        _ = await running;
    }

    /// <summary>A login that the server refuses is what the user hears of, even when pppd only hangs up.</summary>
    [Fact]
    public async Task RefusedLogin_IsSaidInTheServersWords()
    {
        byte[] failure = [0xFF, 3, 0xC2, 0x23, 4, 1, 0, 14, .. "E=691 R=0 "u8];
        await using SstpcRig rig = new(SstpScript.UntilAck().Delay(50).Send(SstpMessage.Data(failure)).Silence());
        Task<int> running = rig.RunAsync();
        _ = await FrameAsync(rig);
        rig.HangUp();
        Assert.Equal(255, await running);
        Assert.Contains("[login.failed]", rig.Log, StringComparison.Ordinal);
    }

    /// <summary>Case 87: at the highest level nothing of a login is in the log, and every line is one line.</summary>
    [Fact]
    public async Task LogOfEverything_HasNoLogin()
    {
        byte[] challenge = [0xFF, 3, 0xC2, 0x23, 1, 1, 0, 12, 4, 0xDE, 0xAD, 0xBE, 0xEF, .. "srv"u8];
        await using SstpcRig rig = new(SstpScript.UntilAck().Delay(50).Send(SstpMessage.Data(s_lcp), SstpMessage.Data(challenge)).Silence());
        Task<int> running = rig.RunAsync("--log-lineno");
        _ = await FrameAsync(rig);
        rig.HangUp();
        _ = await running;
        Assert.Contains("PPP received: LCP code 1 id 1, 8 bytes", rig.Log, StringComparison.Ordinal);
        Assert.Contains("FF03C02101010004", rig.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("DEADBEEF", rig.Log, StringComparison.OrdinalIgnoreCase);
        Assert.Matches(@"(?m)^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d sstpc\[\d+\]: \(\w+:\d+\) ", rig.Log);
    }

    [Theory]
    [InlineData("0", false, false, false)]
    [InlineData("2", true, false, false)]
    [InlineData("4", true, true, false)]
    [InlineData("5", true, true, true)]
    [Shows("sstpc", "log-level", "log-file")]
    public async Task LogLevel_DecidesWhatIsWritten(string level, bool hasMarkers, bool hasPackets, bool hasFrames)
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().Delay(50).Send(SstpMessage.Data(s_lcp)).Silence());
        Task<int> running = rig.RunAsync("--log-level", level);
        _ = await FrameAsync(rig);
        rig.HangUp();
        _ = await running;
        Assert.Equal(hasMarkers, rig.Log.Contains("Started PPP Link Negotiation", StringComparison.Ordinal));
        Assert.Equal(hasPackets, rig.Log.Contains("Sending Call Connect Request", StringComparison.Ordinal));
        Assert.Equal(hasFrames, rig.Log.Contains("PPP received", StringComparison.Ordinal));
        Assert.Contains("[pppd.died]", rig.Log, StringComparison.Ordinal);
    }

    [Fact]
    [Shows("sstpc", "log-token", "log-ident", "log-lineno")]
    public async Task LogToken_LeavesOnlyTheseParts_AndIdentNamesThem()
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().CloseNotify());
        _ = await rig.RunAsync("--log-token", "net,trans*", "--log-ident", "me", "--log-lineno");
        Assert.Matches(@"(?m)^.* me\[\d+\]: \(net:1001\) ", rig.Log);
        Assert.Matches(@"(?m)^.* me\[\d+\]: \(transport:1100\) ", rig.Log);
        Assert.DoesNotContain("(sstpc:", rig.Log, StringComparison.Ordinal);
    }

    /// <summary>--uuid goes to the server as it is, --host as the name that everything is checked against.</summary>
    [Fact]
    [Shows("sstpc", "uuid", "host", "cert-warn")]
    public async Task UuidAndHost_ReachTheServer()
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().CloseNotify());
        Assert.Equal(255, await rig.RunAsync("--uuid", "my-own-id", "--host", "vpn.example.org", "--cert-warn"));
        ScriptConnection connection = await rig.Server.FinishedAsync(TimeSpan.FromSeconds(20));
        Assert.Contains("SSTPCORRELATIONID: my-own-id\r\n", connection.RequestText, StringComparison.Ordinal);
        Assert.Contains("Host: vpn.example.org\r\n", connection.RequestText, StringComparison.Ordinal);
        Assert.Contains("accepted in spite of errors", rig.Log, StringComparison.Ordinal);
    }

    /// <summary>Defect 1.</summary>
    [Fact]
    public async Task CertificateOfAnotherName_IsRefused_With254()
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().Silence());
        Assert.Equal(254, await rig.RunAsync("--host", "vpn.example.org"));
        Assert.Contains("[certificate.name]", rig.Log, StringComparison.Ordinal);
    }

    /// <summary>Case 24.</summary>
    [Fact]
    public async Task CrlFileWithoutAListForTheServer_Is254()
    {
        await using SstpcRig rig = new(SstpScript.UntilAck().Silence());
        string empty = Path.GetTempFileName();
        int status = await rig.RunAsync("--crl-file", empty);
        File.Delete(empty);
        Assert.Contains(status, new[] { 254, 255 });
        Assert.Matches(@"\[(certificate\.\w|file\.unreadable)", rig.Log);
    }

    /// <summary>K20 of the other program, and the same here: pppd gives up while the server is silent.</summary>
    [Fact]
    public async Task PppdEndsWhileTheServerIsSilent_EndsAtOnce()
    {
        await using SstpcRig rig = new(Behaviours.All["http-silent"]());
        Task<int> running = rig.RunAsync();
        while (!rig.Log.Contains("TLS with", StringComparison.Ordinal) && !running.IsCompleted)
        {
            await Task.Delay(20);
        }

        long start = Environment.TickCount64;
        rig.HangUp();
        Assert.Equal(255, await running);
        Assert.True(Environment.TickCount64 - start < 5000, "it did not notice");
        Assert.Contains("before the server had answered", rig.Log, StringComparison.Ordinal);
    }

    private static SstpScript Script(string behaviour) => behaviour switch
    {
        "long-packet" => SstpScript.UntilAck().Delay(50).Send(SstpMessage.Data(new byte[4000])).Send(SstpMessage.Data(s_lcp)).Silence(),
        "unknown-message" => SstpScript.UntilAck().Delay(50).Send([0x10, 1, 0, 8, 0, 0x55, 0, 0]).Send(SstpMessage.Data(s_lcp)).Silence(),
        "http-many-headers" => new SstpScript().Tls().Http(
            "HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"X-Header-Number-{i}: {new string('v', 300)}\r\n")) + "\r\n")
            .Read(SstpCode.CallConnectRequest).Ack().Delay(50).Send(SstpMessage.Data(s_lcp)).Silence(),
        _ => Behaviours.All[behaviour](),
    };

    /// <summary>The next bytes on pppd's side of the line.</summary>
    private static async Task<byte[]> FrameAsync(SstpcRig rig)
    {
        byte[] buffer = new byte[16384];
        for (int i = 0; i < 300; i++)
        {
            int count = await Task.Run(() => rig.Pppd.WaitReadable(100) ? rig.Pppd.Read(buffer) : 0);
            if (count > 0)
            {
                await Task.Delay(50);
                int more = rig.Pppd.Read(buffer.AsSpan(count));
                return buffer[..(count + Math.Max(more, 0))];
            }
        }

        throw new TimeoutException("nothing came to pppd: " + rig.Log);
    }
}
