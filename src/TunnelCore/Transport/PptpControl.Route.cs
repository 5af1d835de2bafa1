using TunnelCore.Interop;
using TunnelCore.Net;

namespace TunnelCore.Transport;

internal sealed partial class PptpControl
{
    /// <summary>Routes change in bunches: look when the bunch is over.</summary>
    private static readonly TimeSpan s_routeSettles = TimeSpan.FromMilliseconds(200);

    private ServerRoute? _home;
    private ServerRoute _route;
    private TimeSpan? _routeLookAt;
    private int _pathMtu;

    /// <summary>Longest IP packet that travels whole to the server, in bytes; 0 = not known. Any thread.</summary>
    public int PathMtu => Volatile.Read(ref _pathMtu);

    private void RoutesChanged()
    {
        _routeWatch!.Drain();
        _routeLookAt = BootClock.Now + s_routeSettles;
    }

    private void LookAtRoute()
    {
        if (_routeLookAt is { } at && BootClock.Now >= at)
        {
            _routeLookAt = null;
            FollowRoute();
        }
    }

    /// <summary>
    /// The packets follow the route while their source address stays: on another interface the way back is often barred (strict
    /// reverse-path filters), without a word to us. So the user is told; nothing ends before the peer is found dead.
    /// </summary>
    private void FollowRoute()
    {
        if (_routeWatch?.Look() is not { } now)
        {
            return;
        }

        ServerRoute home = _home ??= _route = now;
        if (now.Interface != _route.Interface)
        {
            if (now.Interface == home.Interface)
            {
                _logger.PptpRouteBack(home.Words);
            }
            else
            {
                _logger.PptpRouteMoved(home.Words, now.Words);
            }
        }

        _route = now;
        FollowMtu(now.Mtu);
    }

    /// <summary>Of no way, and of a way that is not ours, nothing is to be learned.</summary>
    private void FollowMtu(int mtu)
    {
        int before = PathMtu;
        if (mtu == 0 || mtu == before || _route.Interface != _home!.Value.Interface)
        {
            return;
        }

        Volatile.Write(ref _pathMtu, mtu);
        if (before != 0)
        {
            _logger.GrePathMtu(mtu);
            PathChanged?.Invoke();
        }
    }
}
