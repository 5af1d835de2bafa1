using System.Threading.Channels;
using TunnelCore.Diagnostics;

namespace TunnelCore.Session;

/// <summary>One tunnel attempt from start to the end of all its parts.</summary>
public interface ITunnel : IAsyncDisposable
{
    /// <summary>Completes after <see cref="TunnelEvent.Down"/>. One reader.</summary>
    ChannelReader<TunnelEvent> Events { get; }

    /// <summary>Begins; returns at once.</summary>
    void Start();

    /// <summary>Ends the tunnel for <paramref name="reason"/>; the first reason wins. Any state, any thread, idempotent.</summary>
    void Stop(Failure reason);
}
