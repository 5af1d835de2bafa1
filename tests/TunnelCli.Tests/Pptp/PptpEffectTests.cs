using System.Text;
using TestServers.Pptp;

namespace TunnelCli.Tests.Pptp;

/// <summary>What pptp's options do to the wire, the log and the exit status.</summary>
public sealed class PptpEffectTests
{
    private const ushort SetLinkInfo = 15;

    [RootFact]
    [Shows("pptp", "phone", "window")]
    public async Task PhoneAndWindow_AreInTheCallRequest()
    {
        byte[] request = [];
        await using PptpRig rig = new(async session =>
        {
            await session.ExpectAsync(ControlCodec.StartRequest);
            await session.SendAsync(ControlCodec.MakeStartReply());
            request = await session.ExpectAsync(ControlCodec.CallRequest);
            session.Fin();
            await session.IgnoreAsync();
        });
        Assert.Equal(1, await rig.RunAsync("--phone", new string('7', 70), "--window", "5"));
        Assert.Equal(5, ControlCodec.Get16(request, 32));
        Assert.Equal(64, ControlCodec.Get16(request, 36)); // L13
        Assert.Equal(new string('7', 64), Encoding.ASCII.GetString(request, 40, 64));
        Assert.Contains("anon fatal[", rig.Syslog, StringComparison.Ordinal);
        Assert.Contains("Call manager exited with error 256", rig.Syslog, StringComparison.Ordinal);
        Assert.Contains("[pptp.call-refused]", rig.Errors, StringComparison.Ordinal);
    }

    /// <summary>Defect 10: the old program's quirk sends a call ID of zero and cannot work.</summary>
    [RootFact]
    [Shows("pptp", "quirks")]
    public async Task C46_Quirk_ChangesTheRequests_AndKeepsTheCallId()
    {
        byte[] start = [], call = [], info = [];
        await using PptpRig rig = new(async session =>
        {
            _ = session.Gre;
            start = await session.ExpectAsync(ControlCodec.StartRequest);
            await session.SendAsync(ControlCodec.MakeStartReply());
            call = await session.ExpectAsync(ControlCodec.CallRequest);
            await session.SendAsync(ControlCodec.MakeCallReply(0x1234, ControlCodec.Get16(call, 12)));
            info = await session.ExpectAsync(SetLinkInfo);
            session.Fin();
            await session.IgnoreAsync();
        });
        Assert.Equal(0, await rig.RunAsync("--quirks", "BEZEQ_ISRAEL"));
        Assert.Equal("RELAY_PPP1", Encoding.ASCII.GetString(start, 28, 10));
        Assert.NotEqual(0, ControlCodec.Get16(call, 12));
        Assert.Equal(0x1234, ControlCodec.Get16(info, 12));
    }

    [RootFact]
    [Shows("pptp", "send-sli")]
    public async Task SendSli_IsSent_AndOtherwiseNot()
    {
        foreach (bool wanted in (bool[])[true, false])
        {
            List<ushort> heard = [];
            await using PptpRig rig = new(async session =>
            {
                await session.AcceptCallAsync();
                await Task.Delay(300, session.Ending);
                session.Fin();
                await session.IgnoreAsync();
                heard = session.Heard;
            });
            _ = await rig.RunAsync(wanted ? ["--send-sli"] : []);
            await rig.Server.FinishAsync();
            Assert.Equal(wanted, heard.Contains(SetLinkInfo));
        }
    }

    [RootFact]
    [Shows("pptp", "localbind")]
    public async Task LocalBind_IsTheAddressThatTheServerSees_AndAForeignOneIsRefused()
    {
        string client = "";
        await using PptpRig rig = new(async session =>
        {
            client = session.Client.ToString();
            await session.AcceptControlAsync();
            session.Fin();
            await session.IgnoreAsync();
        });
        Assert.Equal(1, await rig.RunAsync("--localbind", "192.0.2.77")); // L06
        Assert.Contains("own address 192.0.2.77 cannot be used", rig.Errors, StringComparison.Ordinal);
        Assert.Equal(1, await rig.RunAsync("--localbind", "127.0.0.99"));
        Assert.Equal("127.0.0.99", client);
    }

    /// <summary>K01, K02, K07 and defect 15.</summary>
    [RootFact]
    [Shows("pptp", "idle-wait", "max-echo-wait")]
    public async Task IdleWait_IsTheEchosInterval_AndMaxEchoWaitItsPatience()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            byte[] first = await session.ExpectAsync(ControlCodec.EchoRequest);
            await session.SendAsync(ControlCodec.MakeEchoReply(first));
            await session.ExpectAsync(ControlCodec.EchoRequest);
            await session.IgnoreAsync();
        });
        Assert.Equal(21, await rig.RunAsync("--idle-wait", "0.2", "--max-echo-wait", "2", "--exit-codes", "extended"));
        Assert.Contains("Echo Reply received", rig.Syslog, StringComparison.Ordinal);
        Assert.Contains("missing echo reply", rig.Syslog, StringComparison.Ordinal);
    }

    [RootFact]
    [Shows("pptp", "logstring")]
    public async Task FragmentsThatScriptsLookFor_AreInTheLog_WithTheTag()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            await Task.Delay(200, session.Ending);
            await session.SendAsync(ControlCodec.MakeDisconnectNotify(PptpServerSession.ServerCallId, 3));
            await session.ServeAsync();
        });
        Assert.Equal(0, await rig.RunAsync("--logstring", "office"));
        foreach (string fragment in (string[])["Client connection established", "Outgoing call established (call ID ", "peer's call ID 4660)", "Call disconnect notification received"])
        {
            Assert.Contains(fragment, rig.Syslog, StringComparison.Ordinal);
        }

        Assert.All(rig.Syslog.TrimEnd('\n').Split('\n'), line => Assert.Matches(@"^<2[5-9]>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d pptp\[\d+\]: office (log|warn|fatal)\[", line));
        Assert.Contains("[peer.ended]", rig.Syslog, StringComparison.Ordinal);
        Assert.Empty(rig.Errors);
    }

    [RootFact]
    public async Task Signal_UserOne_WritesStatistics()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        Task<int> running = rig.RunAsync();
        await rig.LoggedAsync("Outgoing call established");
        using System.Diagnostics.Process kill = System.Diagnostics.Process.Start("kill", ["-USR1", Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
        await rig.LoggedAsync("  round trip   = ");
        foreach (string line in (string[])["GRE statistics", "  rx accepted  = 0", "  rx over  win = 0", "  tx sent      = 0"])
        {
            Assert.Contains(line, rig.Syslog, StringComparison.Ordinal);
        }

        rig.HangUp();
        Assert.Equal(0, await running);
        Assert.Contains("short read", rig.Syslog, StringComparison.Ordinal);
    }

    [RootFact]
    [Shows("pptp", "pidfile")]
    public async Task PidFile_IsThereMeanwhile_AndNeverOverwritten()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        string path = rig.InDirectory("pid");
        Task<int> running = rig.RunAsync("--pidfile", path);
        await rig.LoggedAsync("Outgoing call established");
        Assert.Equal(Environment.ProcessId, int.Parse(await File.ReadAllTextAsync(path), System.Globalization.CultureInfo.InvariantCulture));
        rig.HangUp();
        Assert.Equal(0, await running);
        Assert.False(File.Exists(path));
        await File.WriteAllTextAsync(path, "mine");
        await Assert.ThrowsAsync<TunnelCore.Diagnostics.TunnelException>(() => rig.RunAsync("--pidfile", path));
        Assert.Equal("mine", await File.ReadAllTextAsync(path));
    }

    /// <summary>K20: defect 1, in which pppd hangs for ever.</summary>
    [RootFact]
    public async Task K20_PppdEndsWhileTheServerIsSilent_EndsAtOnce()
    {
        await using PptpRig rig = new(session => session.IgnoreAsync());
        Task<int> running = rig.RunAsync();
        await rig.LoggedAsync("Connected to");
        long start = Environment.TickCount64;
        rig.HangUp();
        Assert.Equal(1, await running);
        Assert.True(Environment.TickCount64 - start < 5000, "it did not notice");
    }

    /// <summary>Defects 3 and 13: a reset crashed the call manager; every loss was told as success.</summary>
    [RootFact]
    [Shows("pptp", "exit-codes", "nolaunchpppd", "port")]
    public async Task K13_Reset_IsTold_With0_OrItsOwnStatus()
    {
        foreach (string[] options in (string[][])[[], ["--exit-codes", "extended"]])
        {
            await using PptpRig rig = new(async session =>
            {
                await session.AcceptCallAsync();
                await Task.Delay(200, session.Ending);
                session.Reset();
            });
            Assert.Equal(options.Length == 0 ? 0 : 20, await rig.RunAsync(options));
            Assert.Contains("it reset the connection", rig.Syslog, StringComparison.Ordinal);
        }
    }

    [RootFact]
    [Shows("pptp", "sync")]
    public async Task FramesOfTheLine_GoThrough_InBothFramings()
    {
        foreach (bool isSync in (bool[])[false, true])
        {
            byte[] lcp = [0xFF, 3, 0xC0, 0x21, 1, 1, 0, 4];
            byte[] received = [];
            await using PptpRig rig = new(async session =>
            {
                await session.AcceptCallAsync();
                received = (await session.Gre.ReceiveDataAsync(session.Ending)).Payload;
                session.Gre.Send(session.ClientCallId, 0, lcp);
                await session.ServeAsync();
            });
            Task<int> running = rig.RunAsync(isSync ? ["--sync"] : []);
            await rig.LoggedAsync("Outgoing call established");
            byte[] line = isSync ? lcp : Convert.FromHexString("7eff7d23c0217d217d217d207d24d1b57e");
            rig.Pppd.Write(line);
            byte[] buffer = new byte[256];
            int count = 0;
            for (int i = 0; i < 200 && count < line.Length; i++)
            {
                _ = rig.Pppd.WaitReadable(100);
                count += Math.Max(rig.Pppd.Read(buffer.AsSpan(count)), 0);
            }

            Assert.Equal(lcp, received);
            Assert.Equal(line, buffer[..count]);
            rig.HangUp();
            Assert.Equal(0, await running);
        }
    }
}
