using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

[Collection(TimingCollection.Name)]
public sealed class TcpDialerTests
{
    [Fact]
    public async Task S001_UnknownName_GivesNameAndResolverText()
    {
        Failure failure = await Dial.FailureAsync(new("no-such-host.invalid", 443));
        Assert.Equal(Cause.NameNotFound, failure.Cause);
        Assert.Contains("no-such-host.invalid: Name or service not known", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S001_SilentNameServers_TimeOutAndCanBeCancelled()
    {
        using ManualResetEventSlim never = new();
        NameLookup stuck = new(_ =>
        {
            never.Wait(TimeSpan.FromSeconds(20));
            throw new SocketException((int)SocketError.TryAgain);
        });
        Failure failure = await Dial.FailureAsync(new("slow.example.org", 443), timeouts: Dial.Quick with { NameLookup = TimeSpan.FromMilliseconds(100) }, lookup: stuck);
        Assert.Equal(Cause.NameLookupTimeout, failure.Cause);
        using CancellationTokenSource stop = new(100);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Dial.Connector(TunnelTimeouts.Default, lookup: stuck).ConnectAsync(new("slow.example.org", 443), new(), stop.Token))
            .WaitAsync(TimeSpan.FromSeconds(2));
        never.Set();
    }

    [Fact]
    public async Task S001_NameWithoutAddress()
    {
        Failure failure = await Dial.FailureAsync(new("empty.example.org", 443), lookup: new NameLookup(_ => []));
        Assert.Equal(Cause.NameNotFound, failure.Cause);
    }

    [Fact]
    public async Task S001_TheSystemsResolver_KnowsLocalhost() =>
        Assert.All(await NameLookup.System.ResolveAsync("localhost", TimeSpan.FromSeconds(5), CancellationToken.None), address => Assert.True(IPAddress.IsLoopback(address)));

    [Fact]
    public async Task NameThatWasFoundOnce_IsStillKnownWhenTheNameServersAreGone()
    {
        IPAddress[][] answers = [[IPAddress.Loopback], [IPAddress.IPv6Loopback]];
        int asked = 0;
        NameLookup lookup = new(_ => asked < answers.Length ? answers[asked++] : throw new SocketException((int)SocketError.HostNotFound));
        Assert.Equal(answers[0], await lookup.ResolveAsync("vpn.example.org", TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.Equal(answers[1], await lookup.ResolveAsync("VPN.example.org", TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.Equal(answers[1], await lookup.ResolveAsync("vpn.example.org", TimeSpan.FromSeconds(5), CancellationToken.None));
        TunnelException other = await Assert.ThrowsAsync<TunnelException>(() => lookup.ResolveAsync("other.example.org", TimeSpan.FromSeconds(5), CancellationToken.None));
        Assert.Equal(Cause.NameNotFound, other.Failure.Cause);
    }

    [Fact]
    public async Task NameThatWasFoundOnce_DoesNotWaitLongForSilentNameServers()
    {
        using ManualResetEventSlim never = new();
        int asked = 0;
        NameLookup lookup = new(_ =>
        {
            if (asked++ > 0)
            {
                never.Wait(TimeSpan.FromSeconds(20));
            }
            return [IPAddress.Loopback];
        });
        await lookup.ResolveAsync("vpn.example.org", TimeSpan.FromSeconds(10), CancellationToken.None);
        Stopwatch clock = Stopwatch.StartNew();
        Assert.Equal([IPAddress.Loopback], await lookup.ResolveAsync("vpn.example.org", TimeSpan.FromSeconds(10), CancellationToken.None));
        Assert.InRange(clock.Elapsed.TotalSeconds, 1.9, 5);
        using CancellationTokenSource stop = new(50);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lookup.ResolveAsync("vpn.example.org", TimeSpan.FromSeconds(10), stop.Token));
        never.Set();
    }

    [Fact]
    public async Task S002_DeadFirstAddress_IsOvertakenByTheOther()
    {
        using Socket alive = Listen(IPAddress.Loopback, 0, 10);
        int port = Port(alive);
        using Blackhole dead = new(IPAddress.IPv6Loopback, port);
        Stopwatch clock = Stopwatch.StartNew();
        using SocketStream stream = await new TcpDialer(TunnelTimeouts.Default).ConnectAsync([IPAddress.IPv6Loopback, IPAddress.Loopback], port, CancellationToken.None);
        Assert.Equal(IPAddress.Loopback, stream.RemoteEndPoint.Address);
        Assert.InRange(clock.ElapsedMilliseconds, 240, 500);
    }

    [Fact]
    public async Task S002_RefusedFirstAddress_CostsNoWait()
    {
        using Socket alive = Listen(IPAddress.Loopback, 0, 10);
        Stopwatch clock = Stopwatch.StartNew();
        using SocketStream stream = await new TcpDialer(TunnelTimeouts.Default).ConnectAsync(
            [IPAddress.IPv6Loopback, IPAddress.Loopback], Port(alive), CancellationToken.None);
        Assert.Equal(IPAddress.Loopback, stream.RemoteEndPoint.Address);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 200);
    }

    [Fact]
    public async Task S003_ClosedPort_IsRefused()
    {
        int port;
        using (Socket gone = Listen(IPAddress.Loopback, 0, 1))
        {
            port = Port(gone);
        }
        Failure failure = await Dial.FailureAsync(new(Dial.Name, port));
        Assert.Equal(Cause.TcpRefused, failure.Cause);
        Assert.Contains($"127.0.0.1:{port}: connection refused", failure.Sentence, StringComparison.Ordinal);
        Failure both = await Dial.FailureAsync(new(Dial.Name, port), lookup: new NameLookup(_ => [IPAddress.IPv6Loopback, IPAddress.Loopback]));
        Assert.Contains($"[::1]:{port}, 127.0.0.1:{port}: connection refused", both.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S004_Blackhole_TimesOut()
    {
        Assert.Equal(TimeSpan.FromSeconds(10), TunnelTimeouts.Default.TcpConnect);
        Assert.Equal(TimeSpan.FromSeconds(25), TunnelTimeouts.Default.TcpTotal);
        using Blackhole dead = new(IPAddress.Loopback, 0);
        Stopwatch clock = Stopwatch.StartNew();
        Failure failure = await Dial.FailureAsync(new(Dial.Name, dead.Port), timeouts: Dial.Quick with { TcpConnect = TimeSpan.FromMilliseconds(400) });
        Assert.Equal(Cause.TcpTimeout, failure.Cause);
        Assert.Contains($"127.0.0.1:{dead.Port}: timed out", failure.Sentence, StringComparison.Ordinal);
        Assert.InRange(clock.ElapsedMilliseconds, 400, 900);
    }

    [Fact]
    public async Task S004_ManyDeadAddresses_EndWithTheTotalLimit_AndEachIsNamed()
    {
        using Blackhole dead = new(IPAddress.Loopback, 0);
        using Blackhole second = new(IPAddress.Parse("127.0.0.2"), dead.Port);
        Stopwatch clock = Stopwatch.StartNew();
        Failure failure = await Dial.FailureAsync(
            new(Dial.Name, dead.Port), timeouts: Dial.Quick with { TcpConnect = TimeSpan.FromSeconds(10), TcpTotal = TimeSpan.FromMilliseconds(700) },
            lookup: new NameLookup(_ => [IPAddress.Loopback, IPAddress.Parse("127.0.0.2"), IPAddress.Parse("127.0.0.3")]));
        Assert.InRange(clock.ElapsedMilliseconds, 240, 1200);
        Assert.Contains($"127.0.0.1:{dead.Port}: timed out", failure.Detail, StringComparison.Ordinal);
        Assert.Contains($"127.0.0.2:{dead.Port}: timed out", failure.Detail, StringComparison.Ordinal);
        Assert.EndsWith($"127.0.0.3:{dead.Port}: connection refused). Check the port, and whether the VPN service runs on the server.", failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S004_Cancellation_StopsTheAttempts()
    {
        using Blackhole dead = new(IPAddress.Loopback, 0);
        using CancellationTokenSource stop = new();
        Task<SocketStream> attempt = new TcpDialer(TunnelTimeouts.Default).ConnectAsync([IPAddress.Loopback], dead.Port, stop.Token);
        Assert.NotSame(attempt, await Task.WhenAny(attempt, Task.Delay(100)));
        Stopwatch clock = Stopwatch.StartNew();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attempt);
        Assert.InRange(clock.ElapsedMilliseconds, 0, 300);
    }

    [Fact]
    public async Task Unreachable_SaysWhy()
    {
        // A broadcast address is refused by the kernel at once; the other one has no route or, where there is one, no answer.
        Failure failure = await Dial.FailureAsync(new("255.255.255.255", 443));
        Assert.Contains("255.255.255.255:443: ", failure.Detail, StringComparison.Ordinal);
        Assert.True(failure.Cause is Cause.TcpUnreachable or Cause.TcpFailed, failure.ToString());
        Failure words = TcpAttemptFailure.Summarize([new(new(IPAddress.Parse("192.0.2.1"), 443), 101), new(new(IPAddress.Parse("2001:db8::1"), 443), 113)]);
        Assert.Equal(Cause.TcpUnreachable, words.Cause);
        Assert.Equal("192.0.2.1:443: network is unreachable; [2001:db8::1]:443: no route to host", words.Detail);
    }

    [Fact]
    public void S089_Socket_SendsAtOnce_Blocks_AndIsNotInherited()
    {
        using Socket listener = Listen(IPAddress.Loopback, 0, 10);
        Assert.Equal(0, TcpAttempt.Start((IPEndPoint)listener.LocalEndPoint!, TimeSpan.MaxValue, SocketBinding.None, out TcpAttempt? attempt));
        using FileDescriptor socket = attempt!.Socket;
        using Socket accepted = listener.Accept();
        Assert.Equal(0, attempt.Finish());
        Assert.Equal(1, Option(socket, Libc.IPPROTO_TCP, Libc.TCP_NODELAY));
        Assert.Equal(1, Option(socket, Libc.SOL_SOCKET, Libc.SO_KEEPALIVE));
        Assert.Equal(256 * 1024, Option(socket, Libc.IPPROTO_TCP, Libc.TCP_NOTSENT_LOWAT));
        const int GetDescriptorFlags = 1;
        Assert.Equal(1, Libc.Fcntl(socket, GetDescriptorFlags, 0));
        Assert.Equal(0, Libc.Fcntl(socket, Libc.F_GETFL, 0) & Libc.NonBlocking);
    }

    [Fact]
    public void Families_TakeTurns()
    {
        IPAddress[] addresses = [.. ((string[])["2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"]).Select(IPAddress.Parse)];
        Assert.Equal(
            ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"],
            TcpDialer.Interleave(addresses).Select(address => address.ToString()));
        Assert.Empty(TcpDialer.Interleave([]));
    }

    [Fact]
    public async Task Losers_AreClosed()
    {
        using Socket first = Listen(IPAddress.Loopback, 0, 10);
        using Socket second = Listen(IPAddress.Parse("127.0.0.2"), Port(first), 10);
        // Without a head start both connect; only one may stay open.
        TunnelTimeouts together = TunnelTimeouts.Default with { NextAddress = TimeSpan.Zero };
        for (int i = 0; i < 20; i++)
        {
            using SocketStream stream = await new TcpDialer(together).ConnectAsync([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")], Port(first), CancellationToken.None);
            (Socket winner, Socket loser) = stream.RemoteEndPoint.Address.Equals(IPAddress.Loopback) ? (first, second) : (second, first);
            using Socket open = await winner.AcceptAsync();
            Assert.False(open.Poll(0, SelectMode.SelectRead));
            if (loser.Poll(0, SelectMode.SelectRead))
            {
                using Socket closed = await loser.AcceptAsync();
                Assert.True(closed.Poll(1_000_000, SelectMode.SelectRead));
            }
        }
    }

    private static int Option(FileDescriptor socket, int level, int option)
    {
        uint length = sizeof(int);
        Assert.Equal(0, Libc.GetSocketOption(socket, level, option, out int value, ref length));
        return value;
    }

    private static Socket Listen(IPAddress address, int port, int backlog)
    {
        Socket socket = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, port));
        socket.Listen(backlog);
        return socket;
    }

    private static int Port(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    /// <summary>A listener whose queue is full: the kernel drops every further SYN.</summary>
    private sealed class Blackhole : IDisposable
    {
        private readonly Socket _listener;
        private readonly List<Socket> _fillers = [];

        public Blackhole(IPAddress address, int port)
        {
            _listener = Listen(address, port, 0);
            for (int i = 0; i < 3; i++)
            {
                Socket filler = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                _fillers.Add(filler);
                try
                {
                    filler.Connect(_listener.LocalEndPoint!);
                }
                catch (SocketException)
                {
                    // In progress.
                }
            }
        }

        public int Port => TcpDialerTests.Port(_listener);

        public void Dispose()
        {
            _fillers.ForEach(filler => filler.Dispose());
            _listener.Dispose();
        }
    }
}
