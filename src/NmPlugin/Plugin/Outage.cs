using TunnelCore.Diagnostics;

namespace NmPlugin.Plugin;

/// <summary>A tunnel that was up, is lost, and is to come back.</summary>
/// <param name="Since">When it was lost.</param>
/// <param name="GiveUpAt">No attempt begins after this.</param>
/// <param name="Tries">Attempts so far.</param>
/// <param name="Last">Why it was lost, or why the last attempt failed.</param>
internal sealed record Outage(TimeSpan Since, TimeSpan GiveUpAt, int Tries, Failure Last);
