using System.Diagnostics;
using System.Text;
using NmPlugin.Dialog;
using NmPlugin.Profile;

namespace NmPlugin.Tests.Support;

/// <summary>What came of one run of a dialog.</summary>
internal sealed record DialogRun(int Status, string Output, string Errors)
{
    public const string Sstp = "org.freedesktop.NetworkManager.sstp";
    public const string Pptp = "org.freedesktop.NetworkManager.pptp";

    /// <summary>The three options that every caller gives.</summary>
    public static string[] Who(string service = Sstp) => ["-u", "6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11", "-n", "work", "-s", service];

    public static string[] External(params string[] more) => [.. Who(), "--external-ui-mode", .. more];

    /// <summary>Everything at once, then the end of the input.</summary>
    public static Task<DialogRun> OfAsync(string[] args, string input) => OfAsync(args, new MemoryStream(Encoding.UTF8.GetBytes(input)));

    public static async Task<DialogRun> OfAsync(string[] args, Stream input, TimeSpan? patience = null, string service = Sstp)
    {
        var output = new MemoryStream();
        var errors = new StringWriter();
        VpnService whose = VpnService.All.Single(row => row.BusName == service);
        var dialog = new DialogProgram(whose, input, output, errors) { Patience = patience ?? TimeSpan.FromSeconds(20) };
        int status = await dialog.RunAsync(args);
        return new DialogRun(status, Encoding.UTF8.GetString(output.ToArray()), errors.ToString());
    }

    /// <summary>The executable itself, under the name of the dialog; the caller closes its end after the input.</summary>
    public static async Task<DialogRun> OfProcessAsync(string[] args, string input, bool close = true, string name = "nm-sstp-auth-dialog")
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("nm-vpn-dialog-");
        try
        {
            string link = Path.Combine(directory.FullName, name);
            File.CreateSymbolicLink(link, Path.Combine(AppContext.BaseDirectory, "nm-vpn-plugin"));
            var start = new ProcessStartInfo(link, args) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment.Remove("DISPLAY");
            start.Environment["DBUS_SYSTEM_BUS_ADDRESS"] = start.Environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nonexistent/bus";
            using Process process = Process.Start(start)!;
            try
            {
                return await TalkAsync(process, input, close).WaitAsync(TimeSpan.FromSeconds(30));
            }
            finally
            {
                process.Kill();
            }
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<DialogRun> TalkAsync(Process process, string input, bool close)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.StandardInput.WriteAsync(input);
            await process.StandardInput.FlushAsync();
            if (close)
            {
                process.StandardInput.Close();
            }
        }
        catch (IOException)
        {
            // The dialog need not read what it has judged already.
        }
        await process.WaitForExitAsync();
        return new DialogRun(process.ExitCode, await output, await errors);
    }

    /// <summary>The key file in the output: group -> key -> text as it stands there.</summary>
    public Dictionary<string, Dictionary<string, string>> Groups()
    {
        Assert.Equal((0, ""), (Status, Errors));
        Dictionary<string, Dictionary<string, string>> groups = [];
        Dictionary<string, string> group = [];
        foreach (string line in Output.Split('\n'))
        {
            if (line.StartsWith('['))
            {
                groups.Add(line[1..^1], group = []);
            }
            else if (line.Length > 0)
            {
                string[] parts = line.Split('=', 2);
                group.Add(parts[0], parts[1]);
            }
        }
        return groups;
    }
}
