using Microsoft.Extensions.Logging;

namespace TunnelCli.Logging;

/// <summary>Writes messages in the form and to the places that a program is known for.</summary>
internal interface ILogWriter : IDisposable
{
    /// <summary>Messages below it are not made at all.</summary>
    LogLevel Minimum { get; }

    /// <summary>Any thread; never throws.</summary>
    void Write(LogRecord record);
}
