using Microsoft.Extensions.Logging;
using NmPlugin.Plugin;
using TunnelCore.Session;

namespace NmPlugin.Logging;

/// <summary>What the service writes to the journal. Event ids 2000 and up.</summary>
internal static partial class PluginLog
{
    [LoggerMessage(2000, LogLevel.Information, "{name} is ready")]
    public static partial void Ready(ILogger log, string name);

    [LoggerMessage(2001, LogLevel.Warning, "{sentence} [{code}]")]
    public static partial void Failed(ILogger log, string sentence, string code);

    [LoggerMessage(2002, LogLevel.Warning, "{text}")]
    public static partial void Warning(ILogger log, string text);

    [LoggerMessage(2003, LogLevel.Information, "{text}")]
    public static partial void Notice(ILogger log, string text);

    [LoggerMessage(2004, LogLevel.Debug, "state {state}")]
    public static partial void StateChanged(ILogger log, VpnServiceState state);

    [LoggerMessage(EventId = 2005, Message = "tunnel: {phase}")]
    public static partial void Phase(ILogger log, LogLevel level, TunnelPhase phase);

    [LoggerMessage(2006, LogLevel.Debug, "call refused: {error}: {text}")]
    public static partial void CallRefused(ILogger log, VpnError error, string text);

    [LoggerMessage(2007, LogLevel.Debug, "called: {member} by {caller}")]
    public static partial void Called(ILogger log, string member, string caller);

    [LoggerMessage(2008, LogLevel.Error, "the D-Bus system bus cannot be used: {reason}")]
    public static partial void NoBus(ILogger log, string reason);

    [LoggerMessage(2009, LogLevel.Error, "the bus name {name} cannot be had: {reason}")]
    public static partial void NoName(ILogger log, string name, string reason);

    [LoggerMessage(2010, LogLevel.Error, "error in the handler of {member}: {reason}")]
    public static partial void HandlerFailed(ILogger log, string member, string reason);

    [LoggerMessage(2011, LogLevel.Information, "{signal} received, ending")]
    public static partial void SignalReceived(ILogger log, string signal);
}
