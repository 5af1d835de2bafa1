using Microsoft.Extensions.Logging;

namespace TunnelCli.Logging;

/// <summary>A message on its way to the log.</summary>
/// <param name="Level">How grave.</param>
/// <param name="EventId">Which message.</param>
/// <param name="Room">Part of the program that wrote it.</param>
/// <param name="Text">In words.</param>
/// <param name="Values">What the words were made of.</param>
internal sealed record LogRecord(LogLevel Level, int EventId, string Room, string Text, IReadOnlyList<KeyValuePair<string, object?>> Values)
{
    /// <summary>A value by the name that it has in the message's template.</summary>
    public object? this[string name] => Values.FirstOrDefault(pair => pair.Key == name).Value;
}
