using TunnelCore.Diagnostics;
using TunnelCore.Wire.Pptp;

namespace TunnelCore.Pptp;

internal sealed partial class PptpMachine
{
    /// <summary>Messages of unknown kind that are skipped before the server counts as broken.</summary>
    private const int MaxUnknown = 16;

    private static readonly TimeSpan s_wanErrorsApart = TimeSpan.FromMinutes(1);

    private int _unknown;
    private bool _reservedNoted;
    private TimeSpan? _wanErrorsNoted;

    private void Accept(PptpHeader header, PptpMessage? message, TimeSpan now)
    {
        if (header.Reserved0 != 0 && !_reservedNoted)
        {
            _reservedNoted = true;
            Note($"the server sets reserved bits in its messages ({header.Reserved0:X4})");
        }

        if (message is null)
        {
            Skip(header);
            return;
        }

        KeepQuiet(now);
        if (message is EchoReply or CallDisconnectNotify or StopControlConnectionRequest)
        {
            _actions.Add(new PptpAction.Heard(message.Type));
        }

        switch (message)
        {
            case StartControlConnectionReply reply when State is PptpState.AwaitingStartReply:
                StartReplied(reply, now);
                break;
            case OutgoingCallReply reply when State is PptpState.AwaitingCallReply:
                CallReplied(reply, now);
                break;
            case EchoRequest request:
                Send(new EchoReply(request.Identifier, EchoReply.Ok, GeneralError.None));
                break;
            case EchoReply reply:
                EchoReplied(reply, now);
                break;
            case CallDisconnectNotify notify:
                Disconnected(notify, now);
                break;
            case CallClearRequest request when State is PptpState.AwaitingCallReply or PptpState.Established:
                Send(new CallDisconnectNotify(request.CallId, DisconnectResult.LostCarrier, GeneralError.None, 0, ""));
                CallEnded("it cleared the call", now);
                break;
            case StopControlConnectionRequest request:
                StopRequested(request);
                break;
            case StopControlConnectionReply when State is PptpState.AwaitingStopReply:
                Disconnect();
                break;
            case OutgoingCallRequest request:
                Send(Refusal(request));
                break;
            case IncomingCallRequest request:
                Send(Refusal(request));
                break;
            case WanErrorNotify errors:
                WanErrors(errors, now);
                break;
            default:
                Note($"ignored a {message.Type} of the server");
                break;
        }
    }

    private void StartReplied(StartControlConnectionReply reply, TimeSpan now)
    {
        Note($"server {reply.HostName} ({reply.Vendor}), firmware {reply.FirmwareRevision}");
        if (reply.Version != StartControlConnectionRequest.Version1 || reply.Result == StartResult.VersionNotSupported)
        {
            Fail(Cause.PptpProtocol, $"protocol version {reply.Version >> 8}.{reply.Version & 0xFF}, {PptpNames.Of(reply.Result, reply.Error)}");
            Stop(now, now + _options.Timeouts.Close, StopReason.VersionNotSupported);
            return;
        }

        if (reply.Result is not (StartResult.Ok or StartResult.Unset))
        {
            Fail(Cause.PptpRefused, PptpNames.Of(reply.Result, reply.Error));
            Stop(now, now + _options.Timeouts.Close);
            return;
        }

        if (reply.Result == StartResult.Unset)
        {
            Warn("the server's reply has no result code; taken as success");
        }

        Send(CallRequest());
        State = new PptpState.AwaitingCallReply(now + _options.Timeouts.CallReply);
    }

    private void CallReplied(OutgoingCallReply reply, TimeSpan now)
    {
        if (reply.PeerCallId != _callId)
        {
            Warn($"ignored a reply to call {reply.PeerCallId}; ours is {_callId}");
            return;
        }

        if (reply.Result != CallResult.Connected)
        {
            Fail(Cause.PptpCallRefused, PptpNames.Of(reply.Result, reply.Error, reply.CauseCode));
            Stop(now, now + _options.Timeouts.Close);
            return;
        }

        if (IsBezeq || _options.SendSetLinkInfo)
        {
            Send(LinkInfo(reply.CallId));
        }

        State = new PptpState.Established(reply.CallId, Quiet(now));
        _actions.Add(new PptpAction.CallUp(reply.CallId));
    }

    /// <summary>
    /// By the RFC the notify carries the server's call ID; some servers put ours. Before the call is up the server's ID is not
    /// known, and there is no other call that could be meant.
    /// </summary>
    private void Disconnected(CallDisconnectNotify notify, TimeSpan now)
    {
        switch (State)
        {
            case PptpState.Established established when notify.CallId != _callId && notify.CallId != established.ServerCallId:
                Warn($"ignored the end of call {notify.CallId}; ours is {_callId}, the server's {established.ServerCallId}");
                break;
            case PptpState.AwaitingCallReply or PptpState.Established:
                CallEnded(PptpNames.Of(notify.Result, notify.Error, notify.CauseCode), now);
                break;
            case PptpState.AwaitingDisconnect(_, var end):
                Stop(now, end);
                break;
        }
    }

    /// <summary>The server has ended the call, or will not make it.</summary>
    private void CallEnded(string words, TimeSpan now)
    {
        Fail(State is PptpState.Established ? Cause.PeerEnded : Cause.PptpCallRefused, words);
        Stop(now, now + _options.Timeouts.Close);
    }

    private void StopRequested(StopControlConnectionRequest request)
    {
        Send(new StopControlConnectionReply(StopControlConnectionReply.Ok, GeneralError.None));
        string words = $"it stopped the control connection: {PptpNames.Of(request.Reason)}";
        Fail(State switch
        {
            PptpState.AwaitingStartReply => Cause.PptpRefused,
            PptpState.AwaitingCallReply => Cause.PptpCallRefused,
            _ => Cause.PeerEnded,
        }, words);
        Disconnect();
    }

    private void WanErrors(WanErrorNotify e, TimeSpan now)
    {
        if (_wanErrorsNoted is { } last && now - last < s_wanErrorsApart)
        {
            return;
        }

        _wanErrorsNoted = now;
        Note($"the server counts errors: CRC {e.Crc}, framing {e.Framing}, hardware overruns {e.HardwareOverruns}, "
            + $"buffer overruns {e.BufferOverruns}, time-outs {e.TimeOuts}, alignment {e.Alignment}");
    }

    private void Skip(PptpHeader header)
    {
        if (++_unknown <= MaxUnknown)
        {
            Note($"skipped a message of unknown type {(ushort)header.Type}{(header.IsControl ? "" : ", not a control message")}");
            return;
        }

        Fail(Cause.PptpProtocol, $"more than {MaxUnknown} messages of unknown type");
        Disconnect();
    }

    /// <summary>Out of step: nothing that follows can be trusted, so the connection is closed at once (RFC 2637 2).</summary>
    private void Garbage(PptpFraming framing)
    {
        Fail(Cause.PptpProtocol, PptpGarbage.Describe(framing, _reader.Pending));
        Disconnect();
    }
}
