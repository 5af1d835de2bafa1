using System.Net;
using System.Security.Cryptography;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

public sealed partial class PppdEngine
{
    private void OnMessage(Resources run, CallbackMessage message)
    {
        switch (message)
        {
            case CallbackMessage.Hello hello:
                OnHello(run, hello);
                break;
            case CallbackMessage.Phase phase:
                OnPhase(run, phase);
                break;
            case CallbackMessage.NeedSecret need:
                OnNeedSecret(run, need);
                break;
            case CallbackMessage.Authenticated authenticated:
                OnAuthenticated(run, authenticated);
                break;
            case CallbackMessage.Ip4 ip4:
                Tell(new PppEvent.Ip4Up(ip4.Interface, ToConfiguration(ip4), ip4.Mtu));
                break;
            case CallbackMessage.Ip4Down:
                Tell(new PppEvent.Ip4Down());
                break;
            case CallbackMessage.Ip6 ip6:
                Tell(new PppEvent.Ip6Up(ip6.Interface, new Ip6Configuration(ip6.InterfaceId, ip6.PeerInterfaceId), ip6.Mtu));
                break;
            case CallbackMessage.Ip6Rejected:
                Tell(new PppEvent.Ip6Rejected());
                break;
            case CallbackMessage.NeedChannel:
                OnNeedChannel(run);
                break;
            case CallbackMessage.Received received:
                _words.Observe(received.Frame);
                run.KernelLink?.Received();
                break;
            case CallbackMessage.LcpSent:
                run.KernelLink?.Sent();
                break;
        }
    }

    private void Tell(PppEvent what) => _events.Writer.TryWrite(what);

    private void OnHello(Resources run, CallbackMessage.Hello hello)
    {
        if (hello.Version != CallbackCodec.Version)
        {
            Decide(new Failure(Cause.EngineSilent, $"the plugin speaks version {hello.Version} of the callback protocol, not {CallbackCodec.Version}"));
            run.Process.Kill(Libc.SignalTerminate);
            return;
        }

        PppdLog.Hello(_logger, hello.Layout);
        _hello.TrySetResult();
    }

    private void OnPhase(Resources run, CallbackMessage.Phase phase)
    {
        PppdLog.Phase(_logger, phase.Number, phase.Status);
        lock (_history)
        {
            _history.Enter(phase.Number, phase.Status);
        }

        if (phase.Number == PppPhase.Establish)
        {
            // pppd has the line open: from now on its end is ours.
            run.Pty?.Slave.Dispose();
        }

        Tell(new PppEvent.PhaseChanged(phase.Number));
    }

    private void OnNeedSecret(Resources run, CallbackMessage.NeedSecret need)
    {
        byte[] packet = GC.AllocateUninitializedArray<byte>(CallbackCodec.MaxLength, pinned: true);
        PppOptions options = _settings.Words is not null && string.IsNullOrEmpty(_options.User) ? _options with { User = need.User } : _options;
        Failure? failure = PppdCredentials.Write(options, need.Method, packet, out int length);
        if (failure is null)
        {
            run.Callback.Send(packet.AsSpan(0, length));
        }
        else
        {
            Decide(failure);
            run.Callback.Send(CallbackMessageType.NoSecret);
        }

        CryptographicOperations.ZeroMemory(packet);
    }

    /// <summary>A line is for one attempt: whoever asks again has lost it.</summary>
    private void OnNeedChannel(Resources run)
    {
        PppdLine? line;
        lock (_lock)
        {
            (line, run.Line) = (run.Line, null);
        }

        if (line is not null && run.Callback.Send(line))
        {
            PppdLog.LineAsked(_logger, line.GetType().Name);
            line.HandedOver();
        }
        else
        {
            PppdLog.LineAsked(_logger, "none");
            run.Callback.Send(CallbackMessageType.NoChannel);
        }
    }

    private void OnAuthenticated(Resources run, CallbackMessage.Authenticated authenticated)
    {
        if (_history.Authenticated)
        {
            // The server has renegotiated; the transport's part was done the first time.
            authenticated.Keys.Dispose();
            run.Callback.Send(CallbackMessageType.Continue);
            return;
        }

        if (authenticated.Method == CallbackAuthMethod.None && _words.WantedMethod is { } wanted)
        {
            // The server wanted a login that the profile refuses and gave way in LCP: it will end the link, and we do not go on unknown.
            authenticated.Keys.Dispose();
            Decide(new Failure(Cause.AuthenticationMethod, $"it insists on {wanted}"));
            run.Process.Kill(Libc.SignalTerminate);
            run.Callback.Send(CallbackMessageType.Continue);
            return;
        }

        _history.Authenticated = true;
        Tell(new PppEvent.Authenticated(authenticated.Keys));
    }

    private static Ip4Configuration ToConfiguration(CallbackMessage.Ip4 ip) => new(
        ip.Address,
        ip.Peer.Equals(IPAddress.Any) ? null : ip.Peer,
        Known(ip.Dns1, ip.Dns2),
        Known(ip.Wins1, ip.Wins2));

    private static List<IPAddress> Known(params ReadOnlySpan<IPAddress> addresses)
    {
        List<IPAddress> known = [];
        foreach (IPAddress address in addresses)
        {
            if (!address.Equals(IPAddress.Any) && !known.Contains(address))
            {
                known.Add(address);
            }
        }

        return known;
    }
}
