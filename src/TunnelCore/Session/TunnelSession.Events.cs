using System.Net;
using TunnelCore.Diagnostics;
using TunnelCore.Link;

namespace TunnelCore.Session;

public sealed partial class TunnelSession
{
    /// <summary>How long IPv4 may lag behind IPv6 before the tunnel counts as IPv6-only.</summary>
    private static readonly TimeSpan s_secondProtocolGrace = TimeSpan.FromSeconds(5);

    /// <summary>How long an engine may take to tell its own reason after the transport has gone.</summary>
    private static readonly TimeSpan s_engineReasonGrace = TimeSpan.FromMilliseconds(500);

    /// <summary>Starts PPP and answers its events until something ends the tunnel.</summary>
    private async Task FollowAsync(NetworkState network)
    {
        Emit(new TunnelEvent.PhaseChanged(TunnelPhase.Negotiating));
        _transport.Start(_engine.Start(_transport.Uplink));
        using LinkWatch link = new(() => Stop(new Failure(Cause.LinkGone, network.Interface)));
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

            readable = readable is { IsCompleted: false } ? readable : _engine.Events.WaitToReadAsync(CancellationToken.None).AsTask();
            using CancellationTokenSource timer = new();
            Task deadline = DeadlineAsync(network, timer.Token);
            await Task.WhenAny(readable, _transport.Completion, deadline, cancelled).ConfigureAwait(false);
            await timer.CancelAsync().ConfigureAwait(false);
            _ending.Token.ThrowIfCancellationRequested();
            if (deadline.IsCompletedSuccessfully)
            {
                NetworkDeadline(network);
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

        TimeSpan left = at - _time.GetUtcNow();
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
                network.Deadline = _time.GetUtcNow() + _options.Timeouts.NetworkProtocol;
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
                network.Deadline = _time.GetUtcNow() + _options.Timeouts.NetworkProtocol;
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

        network.Ip4 = up.Configuration;
        Announce(up.Interface, up.Mtu, network, link);
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
        network.Mtu = up.Mtu;
        network.Deadline = _time.GetUtcNow() + s_secondProtocolGrace;
    }

    private void Announce(string name, int mtu, NetworkState network, LinkWatch link)
    {
        network.Interface = name;
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
    private void NetworkDeadline(NetworkState network)
    {
        if (!network.IsUp)
        {
            throw new TunnelException(Cause.IpcpFailed, $"nothing within {_options.Timeouts.NetworkProtocol.TotalSeconds:0} s");
        }

        network.Deadline = null;
        if (!network.WasUp)
        {
            network.WasUp = true;
            Emit(new TunnelEvent.PhaseChanged(TunnelPhase.Up));
            Emit(new TunnelEvent.Up(network.Interface, _transport.ServerAddress, network.Mtu, network.Ip4, network.Ip6));
        }
    }

    /// <summary>
    /// A server that refuses a login says so in PPP and then closes: what PPP has to say about it is the reason, the closing is
    /// only its consequence. The engine gets a moment to read what the transport had already delivered.
    /// </summary>
    private async Task EndWithTransportAsync()
    {
        Failure transport = await _transport.Completion.ConfigureAwait(false);
        using CancellationTokenSource grace = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        grace.CancelAfter(s_engineReasonGrace);
        if (await EngineReasonAsync(grace.Token).ConfigureAwait(false) is { } reason)
        {
            throw new TunnelException(reason);
        }

        _ending.Token.ThrowIfCancellationRequested();
        await _engine.StopAsync(TimeSpan.Zero).ConfigureAwait(false);
        throw new TunnelException(await EngineReasonAsync(_ending.Token).ConfigureAwait(false) ?? transport);
    }

    /// <summary>Reads the engine's events up to its end: its reason if that is more than "the line is gone", else null.</summary>
    private async Task<Failure?> EngineReasonAsync(CancellationToken cancellation)
    {
        try
        {
            while (await _engine.Events.WaitToReadAsync(cancellation).ConfigureAwait(false))
            {
                while (_engine.Events.TryRead(out PppEvent? e))
                {
                    (e as PppEvent.Authenticated)?.Keys.Dispose();
                    if (e is PppEvent.Ended(var engine) && IsOwnReason(engine.Cause))
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

    private static bool IsOwnReason(Cause cause) => cause is Cause.AuthenticationFailed or Cause.AuthenticationMethod
        or Cause.PeerNotAuthenticated or Cause.MppeFailed or Cause.NoMppeModule or Cause.NoAddress or Cause.NoPassword;
}
