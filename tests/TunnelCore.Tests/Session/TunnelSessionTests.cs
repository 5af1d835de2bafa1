using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Session;

namespace TunnelCore.Tests.Session;

public sealed class TunnelSessionTests
{
    // The loopback interface stands for ppp0: it exists everywhere and stays.
    private const string Interface = "lo";
    private static readonly Ip4Configuration s_ip4 = new(IPAddress.Parse("10.77.0.100"), IPAddress.Parse("10.77.0.1"), [], []);
    private static readonly Ip6Configuration s_ip6 = new(1, 2);
    private readonly List<string> _journal = [];

    [Fact]
    public async Task GoodConnect_EventsInOrder_CallConnectedBeforeNetworkProtocols()
    {
        Rig rig = new(_journal);
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        rig.Engine.Say(new PppEvent.PhaseChanged(PppPhase.Authenticate));
        rig.Engine.Say(new PppEvent.Authenticated(new PppKeys([1, 2, 3], [4])));
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1400));
        TunnelEvent.Up up = await rig.NextAsync<TunnelEvent.Up>();
        Assert.Equal(new TunnelEvent.Up(Interface, IPAddress.Parse("192.0.2.1"), 1400, s_ip4, null), up);
        Assert.Equal([1, 2, 3], rig.Transport.KeysSeen);
        rig.Session.Stop(new Failure(Cause.Cancelled));
        TunnelEvent.Down down = await rig.NextAsync<TunnelEvent.Down>();
        Assert.True(down.WasUp);
        Assert.Equal(Cause.Cancelled, down.Failure.Cause);
        Assert.Equal(
            ["engine prepared", "transport connected", "engine started", "transport started", "call connected", "engine goes on", "engine stopped", "transport closed"],
            _journal);
        Assert.True(rig.Engine.StopBudget > TimeSpan.Zero);
    }

    [Fact]
    public async Task P02_KernelLink_GoesToTheEngine_AndNoFramePassesHere()
    {
        Rig rig = new(_journal);
        rig.Transport.KernelLink = new NoLink();
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        rig.Engine.Say(new PppEvent.Authenticated(new PppKeys([1], [2])));
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1396));
        await rig.NextAsync<TunnelEvent.Up>();
        rig.Session.Stop(new Failure(Cause.Cancelled));
        await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(
            ["engine prepared", "transport connected", "engine started over the kernel", "call connected", "engine goes on", "engine stopped", "transport closed"],
            _journal);
    }

    private sealed class NoLink : IKernelLink
    {
        public System.Runtime.InteropServices.SafeHandle Socket => throw new InvalidOperationException();

        public void HandedOver() => throw new InvalidOperationException();

        public void Sent() => throw new InvalidOperationException();

        public void Received() => throw new InvalidOperationException();
    }

    [Theory]
    [InlineData(null, 1396)]
    [InlineData(1456, 1396)]
    [InlineData(1396, 1396)]
    [InlineData(1256, 1256)]
    public async Task Mtu_IsNoLargerThanWhatTravelsWhole(int? largestPacket, int expected)
    {
        Rig rig = new(_journal);
        rig.Transport.LargestPacket = largestPacket;
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        rig.Engine.Say(new PppEvent.Authenticated(new PppKeys([1], [2])));
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1396));
        Assert.Equal(expected, (await rig.NextAsync<TunnelEvent.Up>()).Mtu);
        Assert.Equal(largestPacket, rig.Engine.Path.LongestPacket);
        rig.Session.Stop(new Failure(Cause.Cancelled));
    }

    [Fact]
    public async Task C10_Ip6Rejected_Ip4ComesAlone()
    {
        Rig rig = new(_journal);
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        rig.Engine.Say(new PppEvent.Authenticated(new PppKeys([1], [2])));
        rig.Engine.Say(new PppEvent.Ip6Rejected());
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1400));
        TunnelEvent.Up up = await rig.NextAsync<TunnelEvent.Up>();
        Assert.Equal((s_ip4, null), (up.Ip4, up.Ip6));
        rig.Session.Stop(new Failure(Cause.Cancelled));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(1.2)]
    public async Task RoundTrip_IsToldToPpp(double? seconds)
    {
        Rig rig = new(_journal);
        rig.Transport.RoundTrip = seconds is { } time ? TimeSpan.FromSeconds(time) : null;
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        rig.Engine.Say(new PppEvent.Authenticated(new PppKeys([1], [2])));
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1396));
        await rig.NextAsync<TunnelEvent.Up>();
        Assert.Equal(rig.Transport.RoundTrip, rig.Engine.Path.RoundTrip);
        rig.Session.Stop(new Failure(Cause.Cancelled));
    }

    [Theory]
    [InlineData("192.0.2.1", false)]
    [InlineData("192.0.2.2", true)]
    public async Task PeerWithTheServersOwnAddress_IsNobodysPeer(string peer, bool told)
    {
        Rig rig = new(_journal);
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        rig.Engine.Say(new PppEvent.Authenticated(new PppKeys([1], [2])));
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4 with { Peer = IPAddress.Parse(peer) }, 1400));
        Ip4Configuration ip4 = (await rig.NextAsync<TunnelEvent.Up>()).Ip4!;
        Assert.Equal((s_ip4.Address, told ? IPAddress.Parse(peer) : null), (ip4.Address, ip4.Peer));
        rig.Session.Stop(new Failure(Cause.Cancelled));
    }

    [Fact]
    public async Task G26_PathThatBecomesNarrowerOrWider_IsAnnounced()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal);
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1396));
        Assert.Equal(1396, (await rig.NextAsync<TunnelEvent.Up>()).Mtu);
        rig.Transport.LargestPacket = 956;
        rig.Transport.PathChanged!();
        Assert.Equal(new TunnelEvent.Up(Interface, IPAddress.Parse("192.0.2.1"), 956, s_ip4, null), await rig.NextAsync<TunnelEvent.Up>());
        rig.Transport.PathChanged!();
        rig.Transport.LargestPacket = 1456;
        rig.Transport.PathChanged!();
        Assert.Equal(1396, (await rig.NextAsync<TunnelEvent.Up>()).Mtu);
        rig.Session.Stop(new Failure(Cause.ShuttingDown));
        await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(Cause.ShuttingDown, rig.Transport.ClosedFor!.Cause);
    }

    [Fact]
    public async Task PathChangedBeforeTheTunnelIsUp_AnnouncesNothing()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal);
        rig.Transport.LargestPacket = 956;
        rig.Transport.PathChanged!();
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1396));
        Assert.Equal(956, (await rig.NextAsync<TunnelEvent.Up>()).Mtu);
        rig.Session.Stop(new Failure(Cause.Cancelled));
        await rig.NextAsync<TunnelEvent.Down>();
    }

    [Fact]
    public async Task K20_EngineEndsWhileTheTransportConnects_NobodyWaitsForTheServer()
    {
        Rig rig = new(_journal);
        rig.Session.Start();
        await rig.PhaseAsync(TunnelPhase.Connecting);
        rig.Engine.End(new Failure(Cause.EngineDied, "signal 9"));
        TunnelEvent.Down down = await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(new Failure(Cause.EngineDied, "signal 9"), down.Failure);
        Assert.DoesNotContain("transport connected", _journal);
    }

    [Fact]
    public async Task TransportFailsToConnect_ItsFailureIsTheOnlyOne()
    {
        Rig rig = new(_journal);
        rig.Session.Start();
        rig.Transport.Connected.SetException(new TunnelException(Cause.TcpRefused, "192.0.2.1:443"));
        TunnelEvent.Down down = await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(new Failure(Cause.TcpRefused, "192.0.2.1:443"), down.Failure);
        Assert.False(down.WasUp);
        Assert.False(await rig.Session.Events.WaitToReadAsync());
    }

    [Fact]
    public async Task TransportEnds_WhileTheEngineGetsReady()
    {
        Rig rig = new(_journal);
        rig.Engine.Preparing = cancellation => Task.Delay(Timeout.Infinite, cancellation);
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        rig.Transport.Die(new Failure(Cause.ConnectionClosed, "192.0.2.1"));
        TunnelEvent.Down down = await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(new Failure(Cause.ConnectionClosed, "192.0.2.1"), down.Failure);
        Assert.Contains("engine stopped", _journal);
        Assert.DoesNotContain("engine started", _journal);
    }

    [Fact]
    public async Task EngineCannotRun_TransportIsCancelled()
    {
        Rig rig = new(_journal, new TunnelException(Cause.NoPppDevice));
        rig.Session.Start();
        TunnelEvent.Down down = await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(Cause.NoPppDevice, down.Failure.Cause);
    }

    [Fact]
    public async Task UnexpectedException_IsSaidAndTearsDown()
    {
        Rig rig = new(_journal, new InvalidOperationException("broken"));
        rig.Session.Start();
        TunnelEvent.Down down = await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(new Failure(Cause.InternalError, "broken"), down.Failure);
        Assert.Contains("transport closed", _journal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task T52_StopInEveryState_ComesDownWithTheFirstReason(int state)
    {
        Rig rig = new(_journal);
        rig.Session.Start();
        if (state > 0)
        {
            rig.Transport.Connected.SetResult();
            await rig.PhaseAsync(TunnelPhase.Negotiating);
        }

        if (state > 1)
        {
            rig.Engine.Say(new PppEvent.Authenticated(PppKeys.None));
            await rig.PhaseAsync(TunnelPhase.ConfiguringNetwork);
        }

        if (state > 2)
        {
            rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1400));
            await rig.PhaseAsync(TunnelPhase.Up);
        }

        rig.Session.Stop(new Failure(Cause.TimedOut, "60 s"));
        rig.Session.Stop(new Failure(Cause.Cancelled));
        TunnelEvent.Down down = await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(Cause.TimedOut, down.Failure.Cause);
        Assert.Equal(["engine stopped", "transport closed"], _journal[^2..]);
    }

    [Fact]
    public async Task T43_Ip6AfterIp4_AnnouncedAgainWithBoth()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal);
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1400));
        Assert.Null((await rig.NextAsync<TunnelEvent.Up>()).Ip6);
        rig.Engine.Say(new PppEvent.Ip6Up(Interface, s_ip6, 1400));
        TunnelEvent.Up both = await rig.NextAsync<TunnelEvent.Up>();
        Assert.Equal((s_ip4, s_ip6), (both.Ip4, both.Ip6));
        await rig.Session.DisposeAsync();
    }

    [Fact]
    public async Task Ip6BeforeIp4_WaitsForIp4()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal);
        rig.Engine.Say(new PppEvent.Ip6Up(Interface, s_ip6, 1400));
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1400));
        TunnelEvent.Up up = await rig.NextAsync<TunnelEvent.Up>();
        Assert.Equal((s_ip4, s_ip6), (up.Ip4, up.Ip6));
        await rig.Session.DisposeAsync();
    }

    [Fact]
    public async Task C11_Ip4Disabled_Ip6AloneIsUpAtOnce()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal, ppp => ppp with { Ip4 = Ip4Request.Off });
        rig.Engine.Say(new PppEvent.Ip6Up(Interface, s_ip6, 1400));
        TunnelEvent.Up up = await rig.NextAsync<TunnelEvent.Up>();
        Assert.Null(up.Ip4);
        Assert.Equal(s_ip6, up.Ip6);
        await rig.Session.DisposeAsync();
    }

    [Fact]
    public async Task S083_NoNetworkProtocol_EndsAtItsDeadline()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal, networkProtocol: TimeSpan.FromMilliseconds(300));
        TunnelEvent.Down down = await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(Cause.IpcpFailed, down.Failure.Cause);
        Assert.Equal(FailureKind.BadIpConfig, down.Failure.Info.Kind);
    }

    [Fact]
    public async Task C03_ZeroAddress_IsBadIpConfig()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal);
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4 with { Address = IPAddress.Any }, 1400));
        Assert.Equal(Cause.NoAddress, (await rig.NextAsync<TunnelEvent.Down>()).Failure.Cause);
    }

    [Fact]
    public async Task F01_ServerClosesRightAfterRefusingTheLogin_TheLoginIsTheReason()
    {
        Rig rig = new(_journal);
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        await rig.PhaseAsync(TunnelPhase.Negotiating);
        rig.Transport.Die(new Failure(Cause.SstpDisconnected));
        rig.Engine.End(new Failure(Cause.AuthenticationFailed, "691"));
        Assert.Equal(Cause.AuthenticationFailed, (await rig.NextAsync<TunnelEvent.Down>()).Failure.Cause);
    }

    [Fact]
    public async Task F01_LoginRefusalKnownOnlyWhenTheEngineIsStopped_IsStillTheReason()
    {
        Rig rig = new(_journal);
        rig.Engine.StopFailure = new Failure(Cause.AuthenticationFailed, "691");
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        await rig.PhaseAsync(TunnelPhase.Negotiating);
        rig.Transport.Die(new Failure(Cause.ConnectionClosed));
        Assert.Equal(Cause.AuthenticationFailed, (await rig.NextAsync<TunnelEvent.Down>()).Failure.Cause);
    }

    [Fact]
    public async Task S066_ServerEndsPppAndThenCloses_ItsGoodbyeIsTheReason()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal);
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1400));
        await rig.NextAsync<TunnelEvent.Up>();
        rig.Engine.StopFailure = new Failure(Cause.PeerEnded, "maintenance");
        rig.Transport.Die(new Failure(Cause.ConnectionClosed));
        Assert.Equal(new Failure(Cause.PeerEnded, "maintenance"), (await rig.NextAsync<TunnelEvent.Down>()).Failure);
    }

    [Fact]
    public async Task S084_EngineHeldUpByATransportThatDoesNotSend_TransportIsCutAllTheSame()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal);
        rig.Engine.Stopping = () => rig.Transport.Completion;
        rig.Session.Stop(new Failure(Cause.Cancelled));
        Assert.Equal(Cause.Cancelled, (await rig.NextAsync<TunnelEvent.Down>()).Failure.Cause);
        Assert.Equal(["transport closed", "engine stopped"], _journal[^2..]);
    }

    [Fact]
    public async Task KeysThatNobodyReads_AreWiped()
    {
        PppKeys keys = new([1, 2, 3], [4]);
        Rig rig = new(_journal);
        rig.Session.Start();
        rig.Transport.Connected.SetResult();
        await rig.PhaseAsync(TunnelPhase.Negotiating);
        rig.Engine.Stopping = () =>
        {
            rig.Engine.Say(new PppEvent.Authenticated(keys));
            return Task.CompletedTask;
        };
        rig.Session.Stop(new Failure(Cause.Cancelled));
        await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal([0, 0, 0], keys.Send.ToArray());
        Assert.Equal([0], keys.Receive.ToArray());
    }

    [Fact]
    public async Task Stop_WhileTheEngineStillPrepares_EndsBoth()
    {
        Rig rig = new(_journal);
        rig.Engine.Preparing = cancellation => Task.Delay(Timeout.Infinite, cancellation);
        rig.Session.Start();
        await rig.PhaseAsync(TunnelPhase.Connecting);
        rig.Session.Stop(new Failure(Cause.TimedOut));
        Assert.Equal(Cause.TimedOut, (await rig.NextAsync<TunnelEvent.Down>()).Failure.Cause);
        Assert.Equal(["engine stopped", "transport closed"], _journal[^2..]);
    }

    [Fact]
    public async Task T62_TransportDiesWhileUp_EngineGetsNoTimeForGoodbye()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal);
        rig.Engine.Say(new PppEvent.Ip4Up(Interface, s_ip4, 1400));
        await rig.NextAsync<TunnelEvent.Up>();
        rig.Transport.Die(new Failure(Cause.ConnectionReset));
        TunnelEvent.Down down = await rig.NextAsync<TunnelEvent.Down>();
        Assert.Equal(Cause.ConnectionReset, down.Failure.Cause);
        Assert.True(down.WasUp);
        Assert.Equal(TimeSpan.Zero, rig.Engine.StopBudget);
    }

    [Fact]
    public async Task T47_InterfaceMissingWhenAddressesCome_IsAFailure()
    {
        Rig rig = await Rig.AuthenticatedAsync(_journal);
        rig.Engine.Say(new PppEvent.Ip4Up("nosuchif0", s_ip4, 1400));
        Assert.Equal(new Failure(Cause.LinkGone, "nosuchif0"), (await rig.NextAsync<TunnelEvent.Down>()).Failure);
    }

    private sealed class Rig
    {
        public Rig(List<string> journal, Exception? prepareError = null, Func<PppOptions, PppOptions>? change = null, TimeSpan? networkProtocol = null)
        {
            PppOptions ppp = new();
            TunnelOptions options = new()
            {
                Protocol = TunnelProtocol.Sstp,
                Server = new ServerEndpoint("vpn.example.org", 443),
                Ppp = change is null ? ppp : change(ppp),
                Timeouts = TunnelTimeouts.Default with { NetworkProtocol = networkProtocol ?? TimeSpan.FromSeconds(60), Close = TimeSpan.FromMilliseconds(400) },
            };
            Transport = new FakeTransport(journal);
            Engine = new FakeEngine(journal) { PrepareError = prepareError };
            Session = new TunnelSession(options, Transport, Engine, TimeProvider.System, NullLogger<TunnelSession>.Instance);
        }

        public FakeTransport Transport { get; }

        public FakeEngine Engine { get; }

        public TunnelSession Session { get; }

        public static async Task<Rig> AuthenticatedAsync(List<string> journal, Func<PppOptions, PppOptions>? change = null, TimeSpan? networkProtocol = null)
        {
            Rig rig = new(journal, null, change, networkProtocol);
            rig.Session.Start();
            rig.Transport.Connected.SetResult();
            rig.Engine.Say(new PppEvent.Authenticated(PppKeys.None));
            await rig.PhaseAsync(TunnelPhase.ConfiguringNetwork);
            return rig;
        }

        public async Task<T> NextAsync<T>()
            where T : TunnelEvent
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
            while (true)
            {
                if (await Session.Events.ReadAsync(limit.Token) is T wanted)
                {
                    return wanted;
                }
            }
        }

        public async Task PhaseAsync(TunnelPhase phase)
        {
            while ((await NextAsync<TunnelEvent.PhaseChanged>()).Phase != phase)
            {
            }
        }
    }
}
