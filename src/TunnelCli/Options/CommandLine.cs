namespace TunnelCli.Options;

/// <summary>What is not an option, and what is to be said about the options.</summary>
internal sealed record CommandLine(IReadOnlyList<string> Words, IReadOnlyList<string> Warnings);
