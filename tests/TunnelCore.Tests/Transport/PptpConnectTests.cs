using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using TestServers.Pptp;
using TunnelCore.Diagnostics;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Transport;

namespace TunnelCore.Tests.Transport;

/// <summary>Set-up of a call against a scripted server, over real sockets.</summary>
public sealed class PptpConnectTests
{
    [Fact]
    public async Task C01_UnknownName_IsNotFoundInWords()
    {
        NameLookup lookup = new(_ => throw new SocketException((int)SocketError.HostNotFound));
        TunnelException error = await Assert.ThrowsAsync<TunnelException>(
            () => PptpRig.Connector(lookup).ConnectAsync(new ServerEndpoint("nobody.example", 1723), _ => 1, CancellationToken.None));
        Assert.Equal(Cause.NameNotFound, error.Failure.Cause);
        Assert.Contains("nobody.example", error.Failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task C02_IPv6Only_IsNotFoundWithWords()
    {
        TunnelException literal = await Assert.ThrowsAsync<TunnelException>(
            () => PptpRig.Connector().ConnectAsync(new ServerEndpoint("::1", 1723), _ => 1, CancellationToken.None));
        Assert.Equal(Cause.NameNotFound, literal.Failure.Cause);
        Assert.Contains("no IPv4 address", literal.Failure.Detail, StringComparison.Ordinal);
        NameLookup lookup = new(_ => [IPAddress.IPv6Loopback]);
        TunnelException name = await Assert.ThrowsAsync<TunnelException>(
            () => PptpRig.Connector(lookup).ConnectAsync(new ServerEndpoint("six.example", 1723), _ => 1, CancellationToken.None));
        Assert.Equal(Cause.NameNotFound, name.Failure.Cause);
    }

    [RootFact]
    public async Task C03_FirstAddressRefuses_TheSecondIsTaken()
    {
        await using PptpServer server = PptpServer.OnLoopback(async session =>
        {
            await session.AcceptCallAsync();
            await session.ServeAsync();
        });
        NameLookup lookup = new(_ => [IPAddress.IPv6Loopback, IPAddress.Parse("127.63.255.254"), server.EndPoint.Address]);
        await using PptpTransport transport = new(
            PptpRig.Connector(lookup), FakeKernelPath.None, new ServerEndpoint("two.example", server.EndPoint.Port), new PptpOptions(), NullLogger.Instance);
        await transport.ConnectAsync(CancellationToken.None);
        Assert.Equal(server.EndPoint.Address, transport.ServerAddress);
    }

    [RootFact]
    public async Task C04_PortClosed_IsRefusedAtOnce()
    {
        PptpServer server = PptpServer.OnLoopback(session => Task.CompletedTask);
        await using PptpRig rig = new(server);
        await server.DisposeAsync();
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Equal(Cause.TcpRefused, (await rig.RefusedAsync()).Cause);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1));
    }

    [RootFact]
    public async Task C07_AcceptThenFin()
    {
        await using PptpRig rig = new(session =>
        {
            session.Fin();
            return session.IgnoreAsync();
        });
        await CheckClosedAsync(rig);
    }

    [RootFact]
    public async Task C08_FinAfterTheRequest()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.ExpectAsync(ControlCodec.StartRequest);
            session.Fin();
            await session.IgnoreAsync();
        });
        await CheckClosedAsync(rig);
    }

    [RootFact]
    public async Task C09_ResetAfterTheRequest()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.ExpectAsync(ControlCodec.StartRequest);
            session.Reset();
        });
        await CheckClosedAsync(rig);
    }

    [RootFact]
    public async Task C10_SilentServer_TimesOutAndHearsAStop()
    {
        PptpServerSession? seen = null;
        await using PptpRig rig = new(
            session => (seen = session).IgnoreAsync(),
            new PptpOptions { Timeouts = new PptpTimeouts { StartReply = TimeSpan.FromSeconds(0.3) } });
        Assert.Equal(Cause.PptpControlTimeout, (await rig.RefusedAsync()).Cause);
        await rig.FinishAsync();
        Assert.Equal([ControlCodec.StartRequest, ControlCodec.StopRequest], seen!.Heard);
    }

    [RootFact]
    public async Task C11_Refused_WithStop()
    {
        PptpServerSession? seen = null;
        await using PptpRig rig = new(async session =>
        {
            seen = session;
            await session.ExpectAsync(ControlCodec.StartRequest);
            await session.SendAsync(ControlCodec.MakeStartReply(2, 4));
            await session.ServeAsync();
        });
        Failure failure = await rig.RefusedAsync();
        Assert.Equal(Cause.PptpRefused, failure.Cause);
        Assert.Contains("resources", failure.Detail, StringComparison.Ordinal);
        await rig.FinishAsync();
        Assert.Equal([ControlCodec.StartRequest, ControlCodec.StopRequest], seen!.Heard);
    }

    [RootTheory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task C12_ChannelExists_IsTriedOnceMoreAfterASecond(int refusals)
    {
        List<TimeSpan> arrivals = [];
        Stopwatch watch = Stopwatch.StartNew();
        await using PptpServer server = PptpServer.OnLoopback(
            async session =>
            {
                arrivals.Add(watch.Elapsed);
                if (arrivals.Count > refusals)
                {
                    await session.AcceptCallAsync();
                }
                else
                {
                    await session.ExpectAsync(ControlCodec.StartRequest);
                    await session.SendAsync(ControlCodec.MakeStartReply(3));
                }

                await session.ServeAsync();
            },
            clients: 2);
        ServerEndpoint endpoint = new(server.EndPoint.Address.ToString(), server.EndPoint.Port);
        await using SecondTry transport = new(
            () => new PptpTransport(
                PptpRig.Connector(), FakeKernelPath.None, endpoint, new PptpOptions(), NullLogger.Instance), PptpSlips.PauseAfter, NullLogger.Instance);
        Task connecting = transport.ConnectAsync(CancellationToken.None);
        if (refusals == 1)
        {
            await connecting;
        }
        else
        {
            TunnelException error = await Assert.ThrowsAsync<TunnelException>(() => connecting);
            Assert.Equal(Cause.PptpRefused, error.Failure.Cause);
            Assert.Contains("exists already", error.Failure.Detail, StringComparison.Ordinal);
        }

        Assert.Equal(2, arrivals.Count);
        Assert.InRange((arrivals[1] - arrivals[0]).TotalSeconds, 0.95, 3);
    }

    [RootFact]
    public async Task C17_ByteByByte()
    {
        await using PptpRig rig = new(async session =>
        {
            _ = session.Gre;
            await session.ExpectAsync(ControlCodec.StartRequest);
            foreach (byte b in ControlCodec.MakeStartReply())
            {
                await session.SendAsync(b);
            }

            byte[] request = await session.ExpectAsync(ControlCodec.CallRequest);
            await session.SendAsync([.. ControlCodec.MakeEchoRequest(9), .. ControlCodec.MakeCallReply(0, ControlCodec.Get16(request, 12))]);
            await session.ExpectAsync(ControlCodec.EchoReply);
            await session.ServeAsync();
        });
        await rig.UpAsync();
        await rig.CloseAsync();
        await rig.FinishAsync();
    }

    [RootTheory]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "web server")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n", "SSH server")]
    public async Task C20_AnotherKindOfServer(string greeting, string words)
    {
        await using PptpRig rig = new(async session =>
        {
            await session.SendAsync(greeting.Select(c => (byte)c).ToArray());
            await session.IgnoreAsync();
        });
        Failure failure = await rig.RefusedAsync();
        Assert.Equal(Cause.PptpProtocol, failure.Cause);
        Assert.Contains(words, failure.Detail, StringComparison.Ordinal);
        await rig.FinishAsync();
    }

    [RootFact]
    public async Task C18_Garbage_ClosesAtOnce()
    {
        byte[] junk = new byte[100_000];
        new Random(5).NextBytes(junk);
        await using PptpRig rig = new(async session =>
        {
            try
            {
                await session.SendAsync(junk);
                await session.IgnoreAsync();
            }
            catch (SocketException)
            {
                // The client may have reset the connection under the flood.
            }
        });
        Assert.Equal(Cause.PptpProtocol, (await rig.RefusedAsync()).Cause);
        await rig.FinishAsync();
    }

    [RootTheory]
    [InlineData(2, 4, "resources")]
    [InlineData(4, 0, "busy")]
    [InlineData(7, 0, "does not allow the call")]
    public async Task C31_CallRefused(byte result, byte error, string words)
    {
        PptpServerSession? seen = null;
        await using PptpRig rig = new(async session =>
        {
            seen = session;
            await session.AcceptControlAsync();
            await session.SendAsync(ControlCodec.MakeCallReply(0, session.ClientCallId, result, error));
            await session.ServeAsync();
        });
        Failure failure = await rig.RefusedAsync();
        Assert.Equal(Cause.PptpCallRefused, failure.Cause);
        Assert.Contains(words, failure.Detail, StringComparison.Ordinal);
        await rig.FinishAsync();
        Assert.Equal([ControlCodec.StartRequest, ControlCodec.CallRequest, ControlCodec.StopRequest], seen!.Heard);
    }

    [RootFact]
    public async Task C32_NoCallReply_TimesOutWithClearAndStop()
    {
        PptpServerSession? seen = null;
        await using PptpRig rig = new(
            async session =>
            {
                seen = session;
                await session.AcceptControlAsync();
                await session.ServeAsync();
            },
            new PptpOptions { Timeouts = new PptpTimeouts { CallReply = TimeSpan.FromSeconds(0.3) } });
        Assert.Equal(Cause.PptpCallTimeout, (await rig.RefusedAsync()).Cause);
        await rig.FinishAsync();
        Assert.Equal(
            [ControlCodec.StartRequest, ControlCodec.CallRequest, ControlCodec.ClearRequest, ControlCodec.StopRequest], seen!.Heard);
    }

    [RootFact]
    public async Task C40_ResetInsteadOfCallReply()
    {
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptControlAsync();
            session.Reset();
        });
        Failure failure = await rig.RefusedAsync();
        Assert.Equal(Cause.PptpCallRefused, failure.Cause);
        Assert.Contains("reset", failure.Detail, StringComparison.Ordinal);
    }

    [RootTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task K17_CancelWhileWaiting_IsQuick(bool calling)
    {
        TaskCompletionSource reached = new();
        PptpServerSession? seen = null;
        await using PptpRig rig = new(async session =>
        {
            seen = session;
            await (calling ? session.AcceptControlAsync() : session.ExpectAsync(ControlCodec.StartRequest));
            reached.SetResult();
            await session.IgnoreAsync();
        });
        using CancellationTokenSource cancel = new();
        Task connecting = rig.Transport.ConnectAsync(cancel.Token);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Stopwatch watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
        await rig.CloseAsync(0.4);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"{watch.Elapsed}");
        await rig.FinishAsync();
        Assert.Equal(ControlCodec.StopRequest, seen!.Heard[^1]);
        Assert.Equal(calling, seen.Heard.Contains(ControlCodec.ClearRequest));
        Assert.Equal(Cause.Cancelled, (await rig.DownAsync()).Cause);
    }

    [RootFact]
    public async Task CloseWhileConnecting_EndsTheAttempt()
    {
        TaskCompletionSource reached = new();
        await using PptpRig rig = new(async session =>
        {
            await session.AcceptControlAsync();
            reached.SetResult();
            await session.IgnoreAsync();
        });
        Task connecting = rig.Transport.ConnectAsync(CancellationToken.None);
        await reached.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await rig.CloseAsync(0.2);
        TunnelException error = await Assert.ThrowsAsync<TunnelException>(() => connecting);
        Assert.Equal(Cause.Cancelled, error.Failure.Cause);
        await rig.FinishAsync();
    }

    private static async Task CheckClosedAsync(PptpRig rig)
    {
        Failure failure = await rig.RefusedAsync();
        Assert.Equal(Cause.PptpProtocol, failure.Cause);
        Assert.Contains("before its reply", failure.Detail, StringComparison.Ordinal);
        await rig.FinishAsync();
    }
}
