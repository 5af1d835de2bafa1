using TunnelCore.Diagnostics;
using TunnelCore.Wire.Sstp;
using static TunnelCore.Sstp.SstpState;

namespace TunnelCore.Sstp;

/// <summary>Messages from the server.</summary>
internal sealed partial class SstpMachine
{
    private void OnMessage(ControlMessage message, TimeSpan now)
    {
        SstpReaction reaction = SstpReactions.Of(message.Type, State.Phase);
        // A goodbye counts however it is written; with anything else a defect ends the call.
        if (message.Defect != ControlDefect.None && reaction is SstpReaction.AcceptAck or SstpReaction.Retry or SstpReaction.AnswerEcho)
        {
            OnDefect(message, now);
            return;
        }
        switch (reaction)
        {
            case SstpReaction.AcceptAck:
                OnAck(message, now);
                break;
            case SstpReaction.Retry:
                OnNak((RequestSent)State, message, now);
                break;
            case SstpReaction.Unaccepted:
                Abort(
                    SstpStatus.UnacceptedFrameReceived,
                    SstpAttributeId.NoError,
                    new Failure(Cause.SstpProtocol, $"unexpected {SstpNames.Of(message.Type)} in state {State.Phase}"),
                    now);
                break;
            case SstpReaction.AnswerAbort:
                OnAbort(message, now);
                break;
            case SstpReaction.AbortAnswered:
                State = new Closing(SstpPhase.AbortTimeout, now + timers.Abort2);
                break;
            case SstpReaction.AnswerDisconnect:
                OnDisconnect(message, now);
                break;
            case SstpReaction.Disconnected:
                _actions.Add(new SstpAction.Close());
                State = new Disconnected();
                break;
            case SstpReaction.AnswerEcho:
                Send(ControlMessage.EchoResponse);
                break;
            default:
                Note($"{SstpNames.Of(message.Type)} ignored in state {State.Phase}");
                break;
        }
    }

    private void OnDefect(ControlMessage message, TimeSpan now)
    {
        string name = SstpNames.Of(message.Type);
        if (message.Defect == ControlDefect.AttributeLength)
        {
            Abort(
                SstpStatus.InvalidAttributeValueLength,
                message.DefectAttribute,
                new Failure(Cause.SstpProtocol, $"{name} with a wrong length of {SstpNames.Of(message.DefectAttribute)}"),
                now);
            return;
        }
        Abort(
            SstpStatus.InvalidFrameReceived,
            SstpAttributeId.NoError,
            new Failure(Cause.SstpProtocol, $"{name} announces more attributes than it has"),
            now);
    }

    private void OnAck(ControlMessage message, TimeSpan now)
    {
        const SstpAttributeId Id = SstpAttributeId.CryptoBindingRequest;
        switch (message.Find(Id))
        {
            case CryptoBindingRequestAttribute request when CryptoBinding.Choose(request.HashProtocols) is var hash and not SstpHashProtocols.None:
                if (message.Attributes.Count > 1)
                {
                    Note($"{message.Attributes.Count} attributes in Call Connect Ack, the first {SstpNames.Of(Id)} counts");
                }
                State = new AckReceived(hash, request.Nonce, now + timers.Authentication);
                _actions.Add(new SstpAction.StartPpp());
                break;
            case CryptoBindingRequestAttribute request:
                Abort(
                    SstpStatus.ValueNotSupported,
                    Id,
                    new Failure(Cause.SstpProtocol, $"no known hash in the {SstpNames.Of(Id)}, bitmask 0x{(byte)request.HashProtocols:X2}"),
                    now);
                break;
            case { } wrong:
                Abort(
                    SstpStatus.InvalidAttributeValueLength,
                    Id,
                    new Failure(Cause.SstpProtocol, $"{SstpNames.Of(Id)} with length {wrong.Length}"),
                    now);
                break;
            default:
                Abort(
                    SstpStatus.RequiredAttributeMissing,
                    Id,
                    new Failure(Cause.SstpProtocol, $"Call Connect Ack without {SstpNames.Of(Id)}"),
                    now);
                break;
        }
    }

    private void OnNak(RequestSent state, ControlMessage message, TimeSpan now)
    {
        if (state.Naks < MaxRetries)
        {
            Note($"Call Connect Nak: {Reason(message)}");
            Send(ControlMessage.CallConnectRequest);
            State = new RequestSent(state.Naks + 1, now + timers.Negotiation);
            return;
        }
        Abort(
            SstpStatus.RetryCountExceeded,
            SstpAttributeId.NoError,
            new Failure(Cause.SstpRefused, $"Call Connect Nak {state.Naks + 1} times, {Reason(message)}"),
            now);
    }

    private void OnAbort(ControlMessage message, TimeSpan now)
    {
        string detail = $"Call Abort in state {State.Phase}, {Reason(message)}";
        Fail(RefusedBinding(now, detail) ?? new Failure(Cause.SstpAborted, detail));
        Send(ControlMessage.CallAbort(null));
        State = new Closing(SstpPhase.AbortTimeout, now + timers.Abort2);
    }

    private void OnDisconnect(ControlMessage message, TimeSpan now)
    {
        // Once Connected the server's goodbye is an ordinary end, before that nothing has come about.
        Fail(State is Connected
            ? new Failure(Cause.PeerEnded, $"Call Disconnect, {Reason(message)}")
            : new Failure(Cause.SstpDisconnected, $"Call Disconnect in state {State.Phase}, {Reason(message)}"));
        Send(ControlMessage.CallDisconnectAck);
        State = new Closing(SstpPhase.DisconnectTimeout, now + timers.Disconnect2);
    }

    /// <summary>The server's Status Info in words; a bare status under ID 0 (sorz' sstp-server) is read too.</summary>
    private static string Reason(ControlMessage message)
    {
        if (message.Attributes.OfType<StatusInfoAttribute>().FirstOrDefault() is { } status)
        {
            return status.Describe();
        }
        return message.Find(SstpAttributeId.NoError) is OpaqueAttribute { Value.Length: StatusInfoAttribute.BareSize } bare
            ? new StatusInfoAttribute(bare.Value.Span).Describe()
            : "no status given";
    }
}
