using TunnelCore.Diagnostics;
using TunnelCore.Wire.Pptp;

namespace TunnelCore.Pptp;

internal sealed partial class PptpMachine
{
    /// <summary>A deadline that is missed by more than this was slept through.</summary>
    private static readonly TimeSpan s_slept = TimeSpan.FromSeconds(5);

    /// <summary>What the server gets to answer after we have slept: most of the time it has long forgotten us.</summary>
    private static readonly TimeSpan s_replyAfterSleep = TimeSpan.FromSeconds(10);

    private uint _echoIdentifier = 1;

    private EchoState.Quiet Quiet(TimeSpan now) =>
        new(_options.Timeouts.EchoInterval > TimeSpan.Zero ? now + _options.Timeouts.EchoInterval : null);

    /// <summary>Control traffic starts the silence anew; an Echo-Request under way still wants its own reply.</summary>
    private void KeepQuiet(TimeSpan now)
    {
        if (State is PptpState.Established { Echo: EchoState.Quiet } established)
        {
            State = established with { Echo = Quiet(now) };
        }
    }

    private void EchoDue(PptpState.Established established, TimeSpan deadline, TimeSpan now)
    {
        bool slept = now - deadline > s_slept;
        switch (established.Echo)
        {
            case EchoState.Quiet:
                RequestEcho(established, slept, now);
                break;
            case EchoState.Waiting { IsRetry: false } waiting when slept || PacketsReceived > waiting.PacketsBefore:
                RequestEcho(established, slept, now, isRetry: true);
                break;
            default:
                Fail(Cause.DeadPeer, "it does not answer on the control connection");
                Clear(now, _options.Timeouts.Close);
                break;
        }
    }

    private void RequestEcho(PptpState.Established established, bool slept, TimeSpan now, bool isRetry = false)
    {
        Send(new EchoRequest(_echoIdentifier));
        TimeSpan wait = slept ? Earlier(_options.Timeouts.EchoReply, s_replyAfterSleep) : _options.Timeouts.EchoReply;
        State = established with { Echo = new EchoState.Waiting(now + wait, PacketsReceived, isRetry) };
    }

    private void EchoReplied(EchoReply reply, TimeSpan now)
    {
        if (State is not PptpState.Established { Echo: EchoState.Waiting } established || reply.Identifier != _echoIdentifier)
        {
            Note($"ignored an Echo-Reply to {reply.Identifier}");
            return;
        }

        if (reply.Result != EchoReply.Ok)
        {
            Warn($"the server's Echo-Reply has result {reply.Result}, error {(byte)reply.Error}");
        }

        _echoIdentifier++;
        State = established with { Echo = Quiet(now) };
    }
}
