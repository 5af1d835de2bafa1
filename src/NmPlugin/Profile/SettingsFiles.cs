using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace NmPlugin.Profile;

/// <summary>
/// The settings files: nm-vpn-plugin.conf in the directory, then conf.d/*.conf in the order of their names. Later ones win.
/// </summary>
/// <param name="directory">Where they are.</param>
internal sealed class SettingsFiles(string directory = SettingsFiles.Directory)
{
    public const string Directory = "/etc/nm-vpn-plugin";

    private const int MaxBytes = 256 * 1024;
    private const int MaxFiles = 64;

    /// <summary>Reads them as they are now. Nothing is thrown: a file that is wrong becomes the settings' problem.</summary>
    public OwnSettings Load()
    {
        try
        {
            List<SettingsEntry> entries = [];
            foreach (string file in Find())
            {
                if (SystemFile.Read(file, MaxBytes) is { } bytes)
                {
                    entries.AddRange(SettingsParser.Parse(file, bytes));
                }
            }
            return new OwnSettings(entries);
        }
        catch (TunnelException e)
        {
            return new OwnSettings([], e.Failure);
        }
    }

    private IEnumerable<string> Find()
    {
        string[] more = [];
        string parts = Path.Combine(directory, "conf.d");
        try
        {
            more = System.IO.Directory.GetFiles(parts, "*.conf");
        }
        catch (DirectoryNotFoundException)
        {
            // Most machines have none.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TunnelException(Cause.BadSettings, $"{parts}: {PrintableText.From(e.Message)}", e);
        }
        if (more.Length > MaxFiles)
        {
            throw new TunnelException(Cause.BadSettings, $"{parts}: more than {MaxFiles} files");
        }
        Array.Sort(more, StringComparer.Ordinal);
        return [Path.Combine(directory, "nm-vpn-plugin.conf"), .. more];
    }
}
