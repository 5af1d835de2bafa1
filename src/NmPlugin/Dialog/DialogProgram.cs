using System.Text;
using NmPlugin.Profile;
using TunnelCore.Diagnostics;

namespace NmPlugin.Dialog;

/// <summary>
/// An auth-dialog as a program: NetworkManager's agents run it to learn what to ask the user. It has no window of its own.
/// Never writes a secret anywhere but to <paramref name="output"/>.
/// </summary>
/// <param name="service">Whose dialog.</param>
/// <param name="input">What the caller tells.</param>
/// <param name="output">The answer.</param>
/// <param name="errors">One sentence when there is no answer.</param>
internal sealed class DialogProgram(VpnService service, Stream input, Stream output, TextWriter errors)
{
    /// <summary>How long the caller may take: for what it tells, and for QUIT.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(20);

    /// <returns>The exit status: 0 when there was an answer, 1 otherwise.</returns>
    public static async Task<int> RunAsync(VpnService service, string[] args)
    {
        // Otherwise the answer could go anywhere.
        bool complete = StandardDescriptor.IsInherited(0) && StandardDescriptor.IsInherited(1);
        TextWriter errors = StandardDescriptor.IsInherited(2) ? Console.Error : TextWriter.Null;
        if (complete)
        {
            try
            {
                var dialog = new DialogProgram(service, Console.OpenStandardInput(), Console.OpenStandardOutput(), errors);
                return await dialog.RunAsync(args).ConfigureAwait(false);
            }
            catch (UnauthorizedAccessException)
            {
                // What the runtime makes of a descriptor that is open in the other direction only.
            }
        }
        await errors.WriteAsync($"{service.Dialog}: standard input or standard output is closed\n").ConfigureAwait(false);
        return 1;
    }

    public async Task<int> RunAsync(string[] args)
    {
        var options = DialogOptions.Parse(args);
        try
        {
            if (options.Help)
            {
                await WriteAsync(Usage()).ConfigureAwait(false);
                return 0;
            }
            CheckOptions(options);
            await AnswerAsync(options).ConfigureAwait(false);
            return 0;
        }
        catch (Exception e) when (e is DialogException or TunnelException or IOException)
        {
            await errors.WriteAsync($"{service.Dialog}: {e.Message}\n").ConfigureAwait(false);
            return 1;
        }
    }

    private void CheckOptions(DialogOptions options)
    {
        if (options.Uuid is null || options.Name is null || options.Service is null)
        {
            throw new DialogException("a connection's UUID, name and service are needed (-u, -n, -s)");
        }
        if (options.Service != service.BusName)
        {
            throw new DialogException($"this is the dialog of {service.BusName}, not of {Printable.Quote(options.Service)}");
        }
    }

    private async Task AnswerAsync(DialogOptions options)
    {
        var lines = new InputLines(input);
        DialogAnswer answer = AuthDialog.Decide(options, service, await ReadDetailsAsync(lines, options.Uuid!).ConfigureAwait(false));
        if (options.ExternalUi)
        {
            await WriteAsync(DialogText.ExternalUi(answer)).ConfigureAwait(false);
            return;
        }
        if (answer.Asks)
        {
            throw new DialogException("a password is to be asked for, and this dialog has no window: use --external-ui-mode");
        }
        await WriteAsync(DialogText.Standard(answer)).ConfigureAwait(false);
        await WaitForQuitAsync(lines).ConfigureAwait(false);
    }

    private async Task<ConnectionSettings> ReadDetailsAsync(InputLines lines, string uuid)
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        var parser = new DetailsParser();
        while (await lines.ReadAsync(Left(end)).ConfigureAwait(false) is { } line && !parser.Add(line))
        {
        }
        ConnectionSettings connection = parser.Finish(uuid);
        // With the agent's own rights: the dialog is the user's process.
        return connection with { UserKey = CertificateLogins.Inspect(connection, user: null) };
    }

    /// <summary>The caller may still be reading; it says QUIT, or closes, when it has everything.</summary>
    private async Task WaitForQuitAsync(InputLines lines)
    {
        long end = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        try
        {
            while (await lines.ReadAsync(Left(end)).ConfigureAwait(false) is { } line && line != "QUIT")
            {
            }
        }
        catch (DialogException)
        {
            // The answer has been given; that the caller does not say QUIT changes nothing.
        }
    }

    private static TimeSpan Left(long end) => TimeSpan.FromMilliseconds(Math.Max(0, end - Environment.TickCount64));

    private async Task WriteAsync(string text)
    {
        await output.WriteAsync(Encoding.UTF8.GetBytes(text)).ConfigureAwait(false);
        await output.FlushAsync().ConfigureAwait(false);
    }

    private string Usage() =>
        $"""
        Usage: {service.Dialog} -u UUID -n NAME -s SERVICE [-i] [-r] [-t HINT]... [--external-ui-mode]

        Tells NetworkManager's agents which secrets of a VPN connection to ask for. They start it by themselves
        and write what they know of the connection to its standard input.

          -u, --uuid UUID          of the connection
          -n, --name NAME          of the connection
          -s, --service SERVICE    must be {service.BusName}
          -i, --allow-interaction  the user may be asked
          -r, --reprompt           ask even for what is known
          -t, --hint HINT          a secret to ask for, or x-vpn-message:TEXT for the user
          --external-ui-mode       say what to ask; without it only what is known is printed

        """;
}
