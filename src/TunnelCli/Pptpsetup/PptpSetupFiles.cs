using System.Text;
using TunnelCli.Options;

namespace TunnelCli.Pptpsetup;

/// <summary>The two files of a tunnel of pppd: its peers file and its line in chap-secrets.</summary>
/// <param name="directory">Usually /etc/ppp.</param>
internal sealed class PptpSetupFiles(string directory)
{
    private const string Marker = "# added by pptpsetup for ";
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private string Secrets => Path.Combine(directory, "chap-secrets");

    public void Create(string tunnel, string server, string user, string password, bool encrypt)
    {
        string peer = $"""
            # written by pptpsetup
            pty "/usr/sbin/pptp {server} --nolaunchpppd"
            lock
            noauth
            nobsdcomp
            nodeflate
            name {Quote(user)}
            remotename {tunnel}
            ipparam {tunnel}

            """ + (encrypt ? "require-mppe-128\n" : "");
        // The old line first: a second one for the same tunnel would never be read.
        List<string> lines = Without(tunnel);
        lines.AddRange(["", Marker + tunnel, $"{Quote(user)} {tunnel} {Quote(password)} *"]);
        Replace(Secrets, lines);
        Replace(PeerFile(tunnel), peer.Split('\n').SkipLast(1), Private | UnixFileMode.GroupRead);
    }

    public void Delete(string tunnel)
    {
        string file = PeerFile(tunnel);
        if (!File.Exists(file))
        {
            throw new OptionException($"there is no tunnel {tunnel}: {file}", PptpSetupOptions.UsageStatus);
        }

        File.Delete(file);
        Replace(Secrets, Without(tunnel));
    }

    /// <summary>A word as pppd reads it: quoted, with backslashes where it needs them, everything else as it is.</summary>
    public static string Quote(string word)
    {
        StringBuilder quoted = new("\"");
        foreach (byte b in Encoding.UTF8.GetBytes(word))
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                quoted.Append('\\').Append((char)b);
            }
            else if (b is >= 0x20 and < 0x7F)
            {
                quoted.Append((char)b);
            }
            else
            {
                quoted.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\{Convert.ToString(b, 8).PadLeft(3, '0')}");
            }
        }

        return quoted.Append('"').ToString();
    }

    private string PeerFile(string tunnel) => Path.Combine(directory, "peers", tunnel);

    /// <summary>chap-secrets without the tunnel's line, its comment and the blank line before that.</summary>
    private List<string> Without(string tunnel)
    {
        List<string> lines = File.Exists(Secrets) ? [.. File.ReadAllLines(Secrets, Encoding.Latin1)] : [];
        int at;
        while ((at = lines.IndexOf(Marker + tunnel)) >= 0)
        {
            lines.RemoveRange(at, Math.Min(2, lines.Count - at));
            if (at > 0 && lines[at - 1].Length == 0)
            {
                lines.RemoveAt(at - 1);
            }
        }

        return lines;
    }

    /// <summary>Whole or not at all: a new file takes the place of the old one, with its owner's rights.</summary>
    private static void Replace(string path, IEnumerable<string> lines, UnixFileMode mode = Private)
    {
        string fresh = path + ".pptpsetup";
        File.Delete(fresh);
        using (FileStream file = new(fresh, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode }))
        {
            file.Write(Encoding.Latin1.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
            file.Flush(flushToDisk: true);
        }

        File.SetUnixFileMode(fresh, File.Exists(path) ? File.GetUnixFileMode(path) : mode);
        File.Move(fresh, path, overwrite: true);
    }
}
