namespace TunnelCli.Options;

/// <summary>A command line that cannot be understood; the message names what is wrong.</summary>
internal sealed class OptionException(string message, int exitStatus) : Exception(message)
{
    public int ExitStatus { get; } = exitStatus;
}
