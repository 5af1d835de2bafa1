using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using TunnelCore.Diagnostics;

namespace TunnelCore.Net;

/// <summary>Name to addresses through the system's resolver, with a deadline.</summary>
/// <remarks>
/// A name that was found once is remembered for the life of the process: when a tunnel is made again, the name servers that the
/// system asks may be those behind the tunnel. Then the old addresses are better than none; who answers there is judged anyway.
/// </remarks>
/// <param name="resolve">Blocking lookup; throws SocketException. Replaced by tests.</param>
internal sealed class NameLookup(Func<string, IPAddress[]> resolve)
{
    /// <summary>How long to wait for name servers when there are addresses to fall back on.</summary>
    private static readonly TimeSpan s_refresh = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, IPAddress[]> _known = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>getaddrinfo's order (RFC 6724).</summary>
    public static NameLookup System { get; } = new(Dns.GetHostAddresses);

    /// <summary>At least one address, without duplicates, in the resolver's order.</summary>
    /// <remarks>
    /// getaddrinfo cannot be interrupted. It runs on a thread of its own, which is left behind when the caller gives up:
    /// it touches nothing of ours and ends with the resolver's own time limit.
    /// </remarks>
    public async Task<IPAddress[]> ResolveAsync(string host, TimeSpan limit, CancellationToken cancellation)
    {
        if (!_known.TryGetValue(host, out IPAddress[]? known))
        {
            return _known[host] = await AskAsync(host, limit, cancellation).ConfigureAwait(false);
        }
        try
        {
            return _known[host] = await AskAsync(host, limit < s_refresh ? limit : s_refresh, cancellation).ConfigureAwait(false);
        }
        catch (TunnelException)
        {
            return known;
        }
    }

    private async Task<IPAddress[]> AskAsync(string host, TimeSpan limit, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Task<IPAddress[]> lookup = Task.Factory.StartNew(
            () => resolve(host), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        // Nobody looks at an abandoned lookup; without this its exception would count as unobserved.
        _ = lookup.ContinueWith(
            static task => task.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            IPAddress[] addresses = await lookup.WaitAsync(limit, cancellation).ConfigureAwait(false);
            return addresses.Length > 0
                ? addresses.Distinct().ToArray()
                : throw new TunnelException(Cause.NameNotFound, $"{host}: the name has no address");
        }
        catch (TimeoutException exception)
        {
            throw new TunnelException(Cause.NameLookupTimeout, $"{host}: no answer in {limit.TotalSeconds:0.#} s", exception);
        }
        catch (SocketException exception)
        {
            Cause cause = exception.SocketErrorCode == SocketError.TryAgain ? Cause.NameLookupTimeout : Cause.NameNotFound;
            throw new TunnelException(cause, $"{host}: {ResolverText(exception)}", exception);
        }
    }

    private static string ResolverText(SocketException exception) => exception.SocketErrorCode == SocketError.TryAgain
        ? "temporary failure in name resolution"
        : PrintableText.From(exception.Message);
}
