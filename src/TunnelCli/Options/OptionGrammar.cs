namespace TunnelCli.Options;

/// <summary>How a program reads its command line, as its predecessor does.</summary>
/// <param name="UsageStatus">Exit status for a command line that cannot be understood.</param>
/// <param name="FirstOfAmbiguous">
/// A prefix that fits several options means the first of them in the table, with a warning; otherwise it is an error.
/// </param>
internal sealed record OptionGrammar(int UsageStatus, bool FirstOfAmbiguous);
