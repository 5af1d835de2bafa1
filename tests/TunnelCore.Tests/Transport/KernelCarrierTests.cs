using System.Net;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Net;
using TunnelCore.Pptp;
using TunnelCore.Transport;

namespace TunnelCore.Tests.Transport;

/// <summary>Who carries the packets: pptp 7.2, 7.3 and cases P01, P04, P05, P12.</summary>
public sealed class KernelCarrierTests
{
    private static readonly IPAddress s_local = IPAddress.Parse("192.0.2.2");
    private static readonly IPAddress s_server = IPAddress.Parse("192.0.2.1");
    private readonly LineLogger _log = new();

    [Fact]
    public void P02_Auto_TakesTheKernel_WithARandomCallId()
    {
        FakeKernelPath kernel = new();
        using KernelCarrier carrier = Carrier(kernel);
        ushort callId = carrier.ChooseCallId(s_local);
        Assert.Equal([(s_local, callId)], kernel.Asked);
        Assert.NotEqual(0, callId);
        Assert.Same(kernel.Opened, carrier.Connect(s_server, 0x1234));
        Assert.Equal((s_server, (ushort)0x1234), kernel.Opened!.Server);
        Assert.Empty(_log.Lines);
        HashSet<ushort> ids = [.. Enumerable.Range(0, 200).Select(_ => Carrier(new FakeKernelPath()).ChooseCallId(s_local))];
        Assert.True(ids.Count > 190, $"{ids.Count} of 200");
    }

    [Fact]
    public void P01_NoModule_OneLineSaysWhy()
    {
        FakeKernelPath kernel = new() { WhyNot = "no kernel module pptp (Address family not supported by protocol)" };
        using KernelCarrier carrier = Carrier(kernel);
        Assert.NotEqual(0, carrier.ChooseCallId(s_local));
        Assert.Null(carrier.Connect(s_server, 1));
        Assert.Empty(kernel.Asked);
        AssertUserPath("no kernel module pptp (Address family not supported by protocol)");
    }

    [Fact]
    public void P04_P05_CallIdTaken_TriesAnother()
    {
        FakeKernelPath kernel = new() { OpenErrors = new([Errno.EBUSY, Errno.EBUSY]) };
        using KernelCarrier carrier = Carrier(kernel);
        ushort callId = carrier.ChooseCallId(s_local);
        Assert.Equal(3, kernel.Asked.Count);
        Assert.Equal(callId, kernel.Asked[2].CallId);
        Assert.NotNull(carrier.Connect(s_server, 1));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void P04_AllCallIdsTaken_FallsBackInTheEnd()
    {
        FakeKernelPath kernel = new() { OpenErrors = new(Enumerable.Repeat(Errno.EBUSY, 1000)) };
        using KernelCarrier carrier = Carrier(kernel);
        Assert.NotEqual(0, carrier.ChooseCallId(s_local));
        Assert.InRange(kernel.Asked.Count, 2, 20);
        Assert.Null(carrier.Connect(s_server, 1));
        AssertUserPath("its call IDs are taken");
    }

    [Theory]
    [InlineData(97, "Address family not supported by protocol")]
    [InlineData(92, "Protocol not available")]
    [InlineData(1, "Operation not permitted")]
    [InlineData(12, "Cannot allocate memory")]
    public void P01_OpeningFails_FallsBackAtOnce(int errno, string words)
    {
        FakeKernelPath kernel = new() { OpenErrors = new([errno]) };
        using KernelCarrier carrier = Carrier(kernel);
        Assert.NotEqual(0, carrier.ChooseCallId(s_local));
        Assert.Null(carrier.Connect(s_server, 1));
        Assert.Single(kernel.Asked);
        AssertUserPath(words);
    }

    [Theory]
    [InlineData(114, "it has a call with the server's call ID 7 already")]
    [InlineData(113, "No route to host")]
    [InlineData(16, "Device or resource busy")]
    public void P04_ConnectFails_FallsBack_AndGivesTheCallIdBack(int errno, string words)
    {
        FakeKernelPath kernel = new() { ConnectError = errno };
        using KernelCarrier carrier = Carrier(kernel);
        carrier.ChooseCallId(s_local);
        Assert.Null(carrier.Connect(s_server, 7));
        Assert.True(kernel.Opened!.IsDisposed);
        AssertUserPath(words);
    }

    [Fact]
    public void P12_ServerCallIdZero_IsOneLikeAnyOther()
    {
        FakeKernelPath kernel = new();
        using KernelCarrier carrier = Carrier(kernel);
        carrier.ChooseCallId(s_local);
        Assert.NotNull(carrier.Connect(s_server, 0));
        Assert.Equal((s_server, (ushort)0), kernel.Opened!.Server);
    }

    [Fact]
    public void DataPathUser_NeverAsksTheKernel()
    {
        FakeKernelPath kernel = new();
        using KernelCarrier carrier = Carrier(kernel, new PptpOptions { DataPath = PptpDataPath.User });
        carrier.ChooseCallId(s_local);
        Assert.Null(carrier.Connect(s_server, 1));
        Assert.Empty(kernel.Asked);
        AssertUserPath("data-path=user");
    }

    [Fact]
    public void P11_WhoSetsTheOrder_GetsTheOrder()
    {
        foreach (PptpOptions options in (PptpOptions[])[new() { ReorderTimeout = TimeSpan.Zero }, new() { MissingWindow = 300 }])
        {
            Assert.False(options.KernelMayCarry);
            Assert.True((options with { DataPath = PptpDataPath.Kernel }).KernelMayCarry);
        }

        Assert.True(new PptpOptions().KernelMayCarry);
        FakeKernelPath kernel = new();
        using KernelCarrier carrier = Carrier(kernel, new PptpOptions { ReorderTimeout = TimeSpan.FromSeconds(1) });
        carrier.ChooseCallId(s_local);
        Assert.Null(carrier.Connect(s_server, 1));
        AssertUserPath("it cannot put packets in order, and that is set");
    }

    [Fact]
    public void KernelDemanded_EveryWayBackIsAFailure()
    {
        PptpOptions options = new() { DataPath = PptpDataPath.Kernel };
        Fails("no kernel module", () => new KernelCarrier(new FakeKernelPath { WhyNot = "no kernel module" }, options, _log).Look());
        Fails("Operation not permitted", () => Carrier(new FakeKernelPath { OpenErrors = new([1]) }, options).ChooseCallId(s_local));
        FakeKernelPath taken = new() { ConnectError = Errno.EALREADY };
        KernelCarrier carrier = Carrier(taken, options);
        carrier.ChooseCallId(s_local);
        Fails("it has a call with the server's call ID 5 already", () => carrier.Connect(s_server, 5));
        Assert.True(taken.Opened!.IsDisposed);
        Assert.Empty(_log.Lines);
    }

    /// <summary>The real kernel, whatever it has.</summary>
    [Fact]
    public void P01_RealKernel_SaysWhyNot_OrGivesCallIds()
    {
        KernelPath kernel = new();
        if (kernel.WhyNot is { } why)
        {
            Assert.Matches("^(no kernel module pptp \\(.+\\)|/dev/ppp is missing)$", why);
            return;
        }

        using IKernelCall first = kernel.TryOpen(IPAddress.Loopback, 4711, out int errno)!;
        Assert.Equal(0, errno);
        Assert.Null(kernel.TryOpen(IPAddress.Loopback, 4711, out errno));
        Assert.Equal(Errno.EBUSY, errno);
        Assert.Equal(0, first.Connect(IPAddress.Parse("127.0.0.9"), 0));
    }

    private KernelCarrier Carrier(IKernelPath kernel, PptpOptions? options = null)
    {
        KernelCarrier carrier = new(kernel, options ?? new PptpOptions(), _log);
        carrier.Look();
        return carrier;
    }

    private void AssertUserPath(string why) =>
        Assert.Equal([$"Information: The kernel does not carry the packets, this process does: {why}"], _log.Lines);

    private static void Fails(string why, Action act) =>
        Assert.Equal(new Failure(Cause.KernelPptp, why), Assert.Throws<TunnelException>(act).Failure);
}
