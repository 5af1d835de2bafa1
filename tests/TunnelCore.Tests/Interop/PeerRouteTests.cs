using System.Net;
using TestServers.Pptp;
using TunnelCore.Interop;
using TunnelCore.Tests.Transport;

namespace TunnelCore.Tests.Interop;

public sealed class PeerRouteTests
{
    [RootFact]
    public void OnlyTheRouteToThatAddressThroughThatInterfaceGoes()
    {
        using NetworkNamespace here = new();
        foreach (string name in new[] { "ppp8", "ppp9" })
        {
            here.Inside($"tuntap add {name} mode tun");
            here.Inside($"link set {name} up");
        }

        here.Inside("addr add 10.77.0.100 peer 192.0.2.1 dev ppp9");
        here.Inside("route add 192.0.2.1 dev ppp8 metric 50");
        IPAddress peer = IPAddress.Parse("192.0.2.1");
        Assert.False(here.Run(() => PeerRoute.Remove("ppp9", IPAddress.Parse("192.0.2.2"))));
        Assert.False(here.Run(() => PeerRoute.Remove("nosuchif0", peer)));
        Assert.False(here.Run(() => PeerRoute.Remove("an-interface-with-a-long-name", peer)));
        Assert.True(here.Run(() => PeerRoute.Remove("ppp9", peer)));
        Assert.False(here.Run(() => PeerRoute.Remove("ppp9", peer)));
        Assert.True(here.Run(() => PeerRoute.Remove("ppp8", peer)));
    }
}
