using Microsoft.Extensions.Logging;

namespace TunnelCli.Logging;

/// <summary>Gives every message of every room to one writer.</summary>
internal sealed class ProgramLoggerProvider(ILogWriter writer) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new ProgramLogger(writer, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
    }

    private sealed class ProgramLogger(ILogWriter writer, string room) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= writer.Minimum;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                IReadOnlyList<KeyValuePair<string, object?>> values = state as IReadOnlyList<KeyValuePair<string, object?>> ?? [];
                writer.Write(new LogRecord(logLevel, eventId.Id, room, formatter(state, exception), values));
            }
        }
    }
}
