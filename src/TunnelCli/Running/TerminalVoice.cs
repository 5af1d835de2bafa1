using TunnelCore.Session;

namespace TunnelCli.Running;

/// <summary>What a person at a terminal is told: how far it is, and at last why it ended. Elsewhere nothing but the last line.</summary>
internal sealed class TerminalVoice(string program, TextWriter errors, bool isTerminal)
{
    private const string Red = "\e[31m";
    private const string Green = "\e[32m";
    private const string Plain = "\e[0m";

    /// <summary>On the process's own standard error.</summary>
    public static TerminalVoice Standard(string program) =>
        new(program, Console.Error, StandardStreams.ErrorsAreTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "");

    public void Tell(TunnelEvent e)
    {
        string? text = e switch
        {
            TunnelEvent.PhaseChanged(TunnelPhase.Connecting) => "connecting ...",
            TunnelEvent.PhaseChanged(TunnelPhase.Negotiating) => "connected, starting PPP ...",
            TunnelEvent.PhaseChanged(TunnelPhase.Authenticating) => "logging in ...",
            TunnelEvent.Up up => $"{Green}up{Plain}: {up.Interface}{(up.Ip4 is { } ip4 ? $", {ip4.Address}" : "")}{(up.Ip6 is { } ip6 ? $", {ip6.LinkLocal}" : "")}",
            _ => null,
        };
        if (isTerminal && text is not null)
        {
            errors.WriteLine($"{program}: {text}");
        }
    }

    /// <summary>The last line.</summary>
    public void Conclude(string sentence, bool isFailure) =>
        errors.WriteLine(isTerminal && isFailure ? $"{Red}{program}: {sentence}{Plain}" : $"{program}: {sentence}");
}
