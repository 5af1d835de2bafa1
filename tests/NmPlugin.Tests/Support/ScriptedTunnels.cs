using System.Threading.Channels;
using TunnelCore.Session;

namespace NmPlugin.Tests.Support;

/// <summary>Hands every tunnel that the service makes to the test.</summary>
internal sealed class ScriptedTunnels : ITunnelFactory
{
    private readonly Channel<ScriptedTunnel> _made = Channel.CreateUnbounded<ScriptedTunnel>();

    /// <summary>A stopped tunnel reports Down at once; false = only when the test says so.</summary>
    public bool StopByThemselves { get; set; } = true;

    /// <summary>Thrown instead of making a tunnel.</summary>
    public Exception? Error { get; set; }

    /// <summary>Called on the service's thread for each new tunnel.</summary>
    public Action<ScriptedTunnel>? OnCreate { get; set; }

    public ITunnel Create(TunnelOptions options)
    {
        if (Error is not null)
        {
            throw Error;
        }
        var tunnel = new ScriptedTunnel(options, StopByThemselves);
        OnCreate?.Invoke(tunnel);
        _made.Writer.TryWrite(tunnel);
        return tunnel;
    }

    /// <summary>The next tunnel that was made.</summary>
    public Task<ScriptedTunnel> NextAsync() => _made.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    public bool HasMade => _made.Reader.TryPeek(out _);
}
