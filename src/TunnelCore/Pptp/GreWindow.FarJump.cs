using TunnelCore.Buffers;
using TunnelCore.Wire.Ppp;

namespace TunnelCore.Pptp;

internal sealed partial class GreWindow
{
    /// <summary>Packets that must follow each other in a new range, the first included.</summary>
    private const int CandidatesNeeded = 4;

    /// <summary>
    /// A gap that an outage of a fast link explains: it is followed without waiting for silence, when that many packets came
    /// behind it and none from before. Who guesses numbers blindly hits this range once in 65536 times.
    /// </summary>
    private const int NearJump = 65536;

    private const int CandidatesNearby = 32;

    private const byte ConfigureRequest = 1;

    /// <summary>How long the old range must be silent.</summary>
    private static readonly TimeSpan s_oldRangeSilence = TimeSpan.FromSeconds(1);

    private int _candidates;
    private uint _lastCandidate;

    /// <summary>
    /// Too far ahead or behind to be of the running range. A server that starts anew begins at 0 or 1 with LCP, which may lie
    /// in the range that would be late; what follows a candidate there belongs to it.
    /// </summary>
    private bool IsFar(uint sequence, int ahead, ReadOnlySpan<byte> frame)
    {
        if (ahead >= 0)
        {
            // Not below what can be held either: half of the number space away, ahead of the one is behind the other.
            int beyond = Difference(sequence, _highest);
            return beyond >= _missingWindow || beyond <= -RingSize;
        }

        return ahead <= -RingSize || FollowsCandidate(sequence) || (sequence <= 1 && IsLcpConfigureRequest(frame));
    }

    private bool FollowsCandidate(uint sequence) => _candidates > 0 && Difference(sequence, _lastCandidate) is > 0 and < RingSize;

    private void Candidate(uint sequence, ReadOnlySpan<byte> frame, TimeSpan now, IFrameReceiver sink)
    {
        _candidates = FollowsCandidate(sequence) ? _candidates + 1 : 1;
        _lastCandidate = sequence;
        int gap = Difference(sequence, _highest) - 1;
        bool isNear = gap is >= 0 and < NearJump;
        bool outage = isNear && _candidates >= CandidatesNearby;
        if (!outage && (_candidates < CandidatesNeeded || now - _lastInRange < s_oldRangeSilence))
        {
            _statistics.RxOverWindow++;
            return;
        }

        if (_held > 0)
        {
            SkipTo(unchecked(_highest + 1), sink);
        }

        _statistics.RxLost += isNear ? gap - (_candidates - 1) : 0;

        _candidates = 0;
        _lastInRange = now;
        MoveTo(sequence);
        AcceptInOrder(sequence, frame, now, sink);
    }

    private static bool IsLcpConfigureRequest(ReadOnlySpan<byte> frame) => PppFrame.TryParse(frame, out PppFrame ppp)
        && ppp.Protocol == PppProtocol.Lcp && ppp.Information.Length > 0 && ppp.Information[0] == ConfigureRequest;
}
