using TunnelCore.Wire.Pptp;

namespace TunnelCore.Pptp;

internal sealed partial class PptpMachine
{
    private const uint Either = 3;
    private const uint AnalogOrAsync = 1;
    private const uint Digital = 2;
    private const uint MinimumBps = 2400;
    private const string RelayName = "RELAY_PPP1";

    private bool IsBezeq => _options.Quirk == PptpQuirk.BezeqIsrael;

    private StartControlConnectionRequest StartRequest() => IsBezeq
        ? new(StartControlConnectionRequest.Version1, AnalogOrAsync, AnalogOrAsync, 0, 0x6021, RelayName, "MS Win NT")
        : new(StartControlConnectionRequest.Version1, Either, Either, 0, 1, _options.HostName, _options.Vendor);

    /// <summary>The quirk changes bearer, speed and window as that device's own client has them; the call ID stays ours.</summary>
    private OutgoingCallRequest CallRequest() => IsBezeq
        ? new(_callId, 0, MinimumBps, 10_000_000, Digital, Either, 3, 0, _options.PhoneNumber is "" ? RelayName : _options.PhoneNumber, "")
        : new(_callId, 0, MinimumBps, _options.MaximumBps, Either, Either, _options.ReceiveWindow, 0, _options.PhoneNumber, "");

    private static SetLinkInfo LinkInfo(ushort serverCallId) => new(serverCallId, uint.MaxValue, uint.MaxValue);

    /// <summary>A server that calls us: we are no access concentrator.</summary>
    private static OutgoingCallReply Refusal(OutgoingCallRequest request) =>
        new(0, request.CallId, CallResult.DoNotAccept, GeneralError.None, 0, 10_000_000, 3, 0, 0);

    private static IncomingCallReply Refusal(IncomingCallRequest request) =>
        new(0, request.CallId, IncomingCallReply.DoNotAccept, GeneralError.None, 0, 0);
}
