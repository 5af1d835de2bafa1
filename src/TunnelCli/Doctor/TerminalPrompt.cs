namespace TunnelCli.Doctor;

/// <summary>Asks on the terminal, without echo. The question goes to standard error, so that the report stays clean.</summary>
internal sealed class TerminalPrompt : IPasswordPrompt
{
    private const int MaxLength = 4096;

    public string? Ask(string question)
    {
        if (Console.IsInputRedirected)
        {
            return null;
        }

        Console.Error.Write($"{question}: ");
        System.Text.StringBuilder typed = new();
        while (typed.Length < MaxLength)
        {
            ConsoleKeyInfo key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
            {
                break;
            }

            if (key.Key == ConsoleKey.Backspace)
            {
                typed.Length = Math.Max(0, typed.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                typed.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
