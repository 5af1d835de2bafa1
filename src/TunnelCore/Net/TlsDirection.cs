namespace TunnelCore.Net;

/// <summary>Whether a call of one direction is under way; closing takes the direction only while there is none.</summary>
internal sealed class TlsDirection
{
    private const int Idle = 0;
    private const int Busy = 1;
    private const int Closed = 2;

    private int _state;

    /// <summary>Throws InvalidOperationException for a second call at the same time, ObjectDisposedException after closing.</summary>
    public void Enter()
    {
        int before = Interlocked.CompareExchange(ref _state, Busy, Idle);
        ObjectDisposedException.ThrowIf(before == Closed, typeof(TlsConnection));
        if (before == Busy)
        {
            throw new InvalidOperationException("one call per direction at a time");
        }
    }

    public void Leave() => Volatile.Write(ref _state, Idle);

    /// <summary>No call can begin after this returned true.</summary>
    public bool TryClose(TimeSpan patience) =>
        SpinWait.SpinUntil(() => Interlocked.CompareExchange(ref _state, Closed, Idle) != Busy, patience);
}
