namespace TunnelCore.Interop;

/// <summary>
/// What a thread that serves one socket polls: the socket, its bell, and maybe a third descriptor. Holds them open, so that nobody
/// can close them under the thread.
/// </summary>
internal sealed class DescriptorSet : IDisposable
{
    private readonly FileDescriptor[] _all;
    private readonly bool[] _held;

    /// <param name="socket">What the thread serves.</param>
    /// <param name="bell">What wakes it.</param>
    /// <param name="third">Null = nothing more.</param>
    public DescriptorSet(FileDescriptor socket, Bell bell, FileDescriptor? third = null)
    {
        _all = third is null ? [socket, bell.Handle] : [socket, bell.Handle, third];
        _held = new bool[_all.Length];
        try
        {
            for (int i = 0; i < _all.Length; i++)
            {
                _all[i].DangerousAddRef(ref _held[i]);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Whether the third descriptor had something to read when the last wait ended.</summary>
    public bool ThirdReady { get; private set; }

    /// <summary>Waits for the socket, the bell, the third or the end of <paramref name="timeout"/> (null = for ever), rounded up to milliseconds.</summary>
    /// <param name="wanted">In, Out or both.</param>
    /// <param name="timeout">Null = no end.</param>
    /// <param name="withThird">False leaves the third out this time.</param>
    /// <returns>What the socket is ready for.</returns>
    public PollEvents Wait(PollEvents wanted, TimeSpan? timeout, bool withThird = true)
    {
        Span<PollEntry> entries =
        [
            PollEntry.OfHeld(_all[0], wanted),
            PollEntry.OfHeld(_all[1], PollEvents.In),
            _all.Length > 2 && withThird ? PollEntry.OfHeld(_all[2], PollEvents.In) : new PollEntry(null, PollEvents.None),
        ];
        int milliseconds = timeout is { } limit ? (int)Math.Clamp(Math.Ceiling(limit.TotalMilliseconds), 0, int.MaxValue) : -1;
        int ready = Libc.Poll(entries, milliseconds);
        ThirdReady = ready > 0 && entries[2].Ready;
        if (ready < 0)
        {
            return ready == -Errno.EINTR ? PollEvents.None : throw new SocketErrorException("poll", -ready);
        }

        return entries[0].Found;
    }

    public void Dispose()
    {
        for (int i = 0; i < _all.Length; i++)
        {
            if (_held[i])
            {
                _held[i] = false;
                _all[i].DangerousRelease();
            }
        }
    }
}
