using System.Net;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using TunnelCore.Net;

namespace TunnelCore.Session;

public sealed partial class TunnelSession
{
    /// <summary>How long IPv4 may lag behind IPv6 before the tunnel counts as IPv6-only.</summary>
    private static readonly TimeSpan s_secondProtocolGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long an engine may take to tell its own reason after the transport or the interface has gone.</summary>
    private static readonly TimeSpan s_engineReasonGrace = TimeSpan.FromMilliseconds(500);

    /// <summary>Starts PPP and answers its events until something ends the tunnel.</summary>
    private async Task FollowAsync(NetworkState network)
    {
        Emit(new TunnelEvent.PhaseChanged(TunnelPhase.Negotiating));
        PathTraits path = new(_transport.LargestPacket, _transport.RoundTrip);
        if (_transport.KernelLink is { } kernel)
        {
            _engine.Start(kernel, path);
        }
        else
        {
            _transport.Start(_engine.Start(_transport.Uplink, path));
        }

        TaskCompletionSource linkGone = Signal();
        using LinkWatch link = new(() => linkGone.TrySetResult());
        using SourceAddressWatch source = new(_time);
        source.Watch(SourceAddress.Toward(_transport.ServerAddress));
        Task cancelled = Task.Delay(Timeout.Infinite, _ending.Token);
        Task<bool>? readable = null;
        while (true)
        {
            while (_engine.Events.TryRead(out PppEvent? e))
            {
                await HandleAsync(e, network, link).ConfigureAwait(false);
                _ending.Token.ThrowIfCancellationRequested();
            }

            if (_transport.Completion.IsCompleted)
            {
                await EndWithTransportAsync().ConfigureAwait(false);
                return;
            }

            if (linkGone.Task.IsCompleted)
            {
                await EndWithLinkAsync(network.Interface).ConfigureAwait(false);
                return;
            }

            if (source.Gone.IsCompleted)
            {
                throw new TunnelException(Cause.ConnectionBroken, $"this machine no longer has the address {await source.Gone.ConfigureAwait(false)}");
            }

            if (_pathChanged.Task.IsCompleted)
            {
                _pathChanged = Signal();
                FollowPath(network, link);
            }

            readable = readable is { IsCompleted: false } ? readable : _engine.Events.WaitToReadAsync(CancellationToken.None).AsTask();
            using CancellationTokenSource timer = new();
            Task deadline = DeadlineAsync(network, timer.Token);
            await Task.WhenAny(readable, _transport.Completion, linkGone.Task, source.Gone, deadline, _pathChanged.Task, cancelled).ConfigureAwait(false);
            await timer.CancelAsync().ConfigureAwait(false);
            _ending.Token.ThrowIfCancellationRequested();
            if (deadline.IsCompletedSuccessfully)
            {
                NetworkDeadline(network, link);
            }
            else if (readable is { IsCompletedSuccessfully: true, Result: false })
            {
                throw new TunnelException(Cause.EngineDied, "it ended without telling why");
            }
        }
    }

    private Task DeadlineAsync(NetworkState network, CancellationToken cancellation)
    {
        if (network.Deadline is not { } at)
        {
            return Task.Delay(Timeout.Infinite, cancellation);
        }

        TimeSpan left = at - Now;
        return Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, cancellation);
    }

    private async Task HandleAsync(PppEvent e, NetworkState network, LinkWatch link)
    {
        switch (e)
        {
            case PppEvent.PhaseChanged(var phase):
                FollowPhase(phase);
                break;
            case PppEvent.Authenticated(var keys):
                using (keys)
                {
                    await _transport.AuthenticatedAsync(keys, _ending.Token).ConfigureAwait(false);
                }

                _engine.ConfirmAuthenticated();
                network.Deadline = _engine.ReportsNetwork ? Now + _options.Timeouts.NetworkProtocol : null;
                Emit(new TunnelEvent.PhaseChanged(TunnelPhase.ConfiguringNetwork));
                break;
            case PppEvent.Ip4Up up:
                Ip4Up(up, network, link);
                break;
            case PppEvent.Ip6Up up:
                Ip6Up(up, network, link);
                break;
            case PppEvent.Ip4Down:
                network.Ip4 = null;
                network.Deadline = Now + _options.Timeouts.NetworkProtocol;
                break;
            case PppEvent.Ip6Rejected:
                _logger.NoIp6();
                break;
            case PppEvent.Ended(var failure):
                throw new TunnelException(failure);
        }
    }

    private void FollowPhase(PppPhase phase)
    {
        _logger.PppPhase(phase);
        if (phase == PppPhase.Authenticate)
        {
            Emit(new TunnelEvent.PhaseChanged(TunnelPhase.Authenticating));
        }
    }

    private void Ip4Up(PppEvent.Ip4Up up, NetworkState network, LinkWatch link)
    {
        if (up.Configuration.Address.Equals(IPAddress.Any))
        {
            throw new TunnelException(Cause.NoAddress, "0.0.0.0");
        }

        network.Ip4 = WithoutLoop(up);
        Announce(up.Interface, up.Mtu, network, link);
    }

    /// <summary>
    /// A server may call itself in the tunnel by the very address that the tunnel leads to. The route to that peer would send the
    /// tunnel's own packets into the tunnel: it goes, and nobody is told of a peer that would bring it back.
    /// </summary>
    private Ip4Configuration WithoutLoop(PppEvent.Ip4Up up)
    {
        IPAddress server = _transport.ServerAddress;
        if (up.Configuration.Peer is not { } peer || !peer.Equals(server.IsIPv4MappedToIPv6 ? server.MapToIPv4() : server))
        {
            return up.Configuration;
        }

        _logger.PeerIsServer(peer, PeerRoute.Remove(up.Interface, peer));
        return up.Configuration with { Peer = null };
    }

    private void Ip6Up(PppEvent.Ip6Up up, NetworkState network, LinkWatch link)
    {
        network.Ip6 = up.Configuration;
        bool ip4Expected = network.Ip4 is null && !network.WasUp && _options.Ppp.Ip4 is not Ip4Request.Disabled;
        if (!ip4Expected)
        {
            Announce(up.Interface, up.Mtu, network, link);
            return;
        }

        network.Interface = up.Interface;
        network.EngineMtu = up.Mtu;
        network.Deadline = Now + s_secondProtocolGrace;
    }

    private void Announce(string name, int engineMtu, NetworkState network, LinkWatch link)
    {
        int mtu = MtuOnPath(engineMtu);
        network.Interface = name;
        network.EngineMtu = engineMtu;
        network.Mtu = mtu;
        network.Deadline = null;
        if (!link.Watch(name))
        {
            throw new TunnelException(Cause.LinkGone, name);
        }

        if (!network.WasUp)
        {
            network.WasUp = true;
            Emit(new TunnelEvent.PhaseChanged(TunnelPhase.Up));
        }

        Emit(new TunnelEvent.Up(name, _transport.ServerAddress, mtu, network.Ip4, network.Ip6));
    }

    /// <summary>No (further) network protocol came in time.</summary>
    private void NetworkDeadline(NetworkState network, LinkWatch link)
    {
        if (!network.IsUp)
        {
            throw new TunnelException(Cause.IpcpFailed, $"nothing within {_options.Timeouts.NetworkProtocol.TotalSeconds:0} s");
        }

        network.Deadline = null;
        if (!network.WasUp)
        {
            Announce(network.Interface, network.EngineMtu, network, link);
        }
    }

    private int MtuOnPath(int engineMtu) => Math.Min(engineMtu, _transport.LargestPacket ?? engineMtu);

    /// <summary>A path that has become narrower or wider: who uses the interface must know.</summary>
    private void FollowPath(NetworkState network, LinkWatch link)
    {
        if (network.WasUp && network.IsUp && MtuOnPath(network.EngineMtu) != network.Mtu)
        {
            Announce(network.Interface, network.EngineMtu, network, link);
        }
    }

    private static TaskCompletionSource Signal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// A server that refuses a login says so in PPP and then closes: what PPP has to say about it is the reason, the closing is
    /// only its consequence. The engine gets a moment to read what the transport had already delivered.
    /// </summary>
    private async Task EndWithTransportAsync()
    {
        Failure transport = await _transport.Completion.ConfigureAwait(false);
        if (await EngineReasonWithinGraceAsync(IsOwnReason).ConfigureAwait(false) is { } reason)
        {
            throw new TunnelException(reason);
        }

        await _engine.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        throw new TunnelException(await EngineReasonAsync(IsOwnReason, _ending.Token).ConfigureAwait(false) ?? transport);
    }

    /// <summary>An engine that dies takes the interface with it, and is noticed a moment later: then that is the reason.</summary>
    private async Task EndWithLinkAsync(string name) =>
        throw new TunnelException(await EngineReasonWithinGraceAsync(_ => true).ConfigureAwait(false) ?? new Failure(Cause.LinkGone, name));

    private async Task<Failure?> EngineReasonWithinGraceAsync(Func<Cause, bool> counts)
    {
        using CancellationTokenSource grace = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        grace.CancelAfter(s_engineReasonGrace);
        Failure? reason = await EngineReasonAsync(counts, grace.Token).ConfigureAwait(false);
        _ending.Token.ThrowIfCancellationRequested();
        return reason;
    }

    /// <summary>Reads the engine's events up to its end: its reason if it counts, else null.</summary>
    private async Task<Failure?> EngineReasonAsync(Func<Cause, bool> counts, CancellationToken cancellation)
    {
        try
        {
            while (await _engine.Events.WaitToReadAsync(cancellation).ConfigureAwait(false))
            {
                while (_engine.Events.TryRead(out PppEvent? e))
                {
                    (e as PppEvent.Authenticated)?.Keys.Dispose();
                    if (e is PppEvent.Ended(var engine) && counts(engine.Cause))
                    {
                        return engine;
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The moment is over.
        }

        return null;
    }

    /// <summary>More than "the line is gone": what the server said in PPP, or what PPP needs and did not get.</summary>
    private static bool IsOwnReason(Cause cause) => cause is Cause.AuthenticationFailed or Cause.AccountRefused or Cause.AuthenticationMethod
        or Cause.PeerNotAuthenticated or Cause.MppeFailed or Cause.NoMppeModule or Cause.NoAddress or Cause.NoPassword
        or Cause.PeerEnded;
}
