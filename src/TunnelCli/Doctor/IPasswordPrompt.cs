namespace TunnelCli.Doctor;

/// <summary>Where passwords are asked for; tests answer instead of a terminal.</summary>
internal interface IPasswordPrompt
{
    /// <returns>What was typed; null when there is nobody to ask.</returns>
    string? Ask(string question);
}
