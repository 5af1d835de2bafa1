using System.Net;
using TunnelCore.Net;
using TunnelCore.Session;
using TunnelCore.Tests.Transport;

namespace TunnelCore.Tests.Session;

/// <summary>The address of this machine that the server knows goes away.</summary>
public sealed class SourceAddressWatchTests
{
    private static readonly IPAddress s_address = IPAddress.Parse("192.0.2.7");

    private readonly ManualTimeProvider _time = new();
    private bool _exists = true;

    private SourceAddressWatch Watch()
    {
        SourceAddressWatch watch = new(_time, address => address.Equals(s_address) && _exists);
        watch.Watch(s_address);
        return watch;
    }

    [Fact]
    public async Task T67_AnAddressThatStaysAwayIsReported()
    {
        using SourceAddressWatch watch = Watch();
        watch.Look();
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(watch.Gone.IsCompleted);
        _exists = false;
        watch.Look();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(watch.Gone.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(s_address, await watch.Gone.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public void T67_AnAddressThatComesBackIsNone()
    {
        using SourceAddressWatch watch = Watch();
        _exists = false;
        watch.Look();
        _time.Advance(TimeSpan.FromSeconds(3));
        _exists = true;
        watch.Look();
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(watch.Gone.IsCompleted);
    }

    [Fact]
    public void NothingToWatch()
    {
        using SourceAddressWatch watch = new(_time, _ => false);
        watch.Watch(null);
        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.False(watch.Gone.IsCompleted);
    }

    [Fact]
    public void TheSystemKnowsItsAddresses()
    {
        Assert.Equal(IPAddress.Loopback, SourceAddress.Toward(IPAddress.Loopback));
        Assert.True(SourceAddress.Exists(IPAddress.Loopback));
        Assert.False(SourceAddress.Exists(IPAddress.Parse("192.0.2.254")));
    }
}
