using Microsoft.Extensions.Logging;

namespace PppdHarness;

/// <summary>Log lines with the time since start, to standard error.</summary>
internal sealed class ConsoleLogger : ILogger
{
    private readonly long _start = Environment.TickCount64;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Console.Error.WriteLine($"{Environment.TickCount64 - _start,6} {logLevel} {eventId.Id} {formatter(state, exception)} {exception}");
}
