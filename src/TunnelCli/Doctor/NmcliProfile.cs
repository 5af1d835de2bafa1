using System.Diagnostics;
using System.Text;
using NmPlugin.Profile;
using TunnelCore.Diagnostics;

namespace TunnelCli.Doctor;

/// <summary>A profile as "nmcli --terse" prints it: whoever may see the connection may look at it, wherever it is stored.</summary>
internal sealed record NmcliProfile(string Name, string ServiceType, ConnectionSettings Connection)
{
    private const string Fields = "connection.id,connection.uuid,connection.permissions,vpn.service-type,vpn.user-name,vpn.data,vpn.timeout,ipv4.method,ipv6.method";

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);

    /// <summary>Runs nmcli; throws TunnelException with what it said.</summary>
    public static async Task<string> AskAsync(string name, CancellationToken cancellation)
    {
        ProcessStartInfo start = new("nmcli", ["--terse", "--escape", "no", "--fields", Fields, "connection", "show", name])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["LC_ALL"] = "C.UTF-8";
        try
        {
            using Process nmcli = Process.Start(start)!;
            Task<string> said = nmcli.StandardOutput.ReadToEndAsync(cancellation), complained = nmcli.StandardError.ReadToEndAsync(cancellation);
            using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(s_limit);
            try
            {
                await nmcli.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                nmcli.Kill();
                cancellation.ThrowIfCancellationRequested();
                throw new TunnelException(Cause.TimedOut, "nmcli did not answer");
            }

            return nmcli.ExitCode == 0
                ? await said.ConfigureAwait(false)
                : throw new TunnelException(Cause.MissingKey, $"nmcli says: {PrintableText.From((await complained.ConfigureAwait(false)).Trim())}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new TunnelException(Cause.NotInstalled, $"nmcli: {e.Message}", e);
        }
    }

    /// <summary>Reads "property:value" lines; a property that is not there is absent.</summary>
    public static NmcliProfile Parse(string name, string text)
    {
        Dictionary<string, string> values = [];
        foreach (string line in text.Split('\n'))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                values[line[..colon]] = line[(colon + 1)..];
            }
        }

        string service = values.GetValueOrDefault("vpn.service-type", "");
        if (service.Length == 0)
        {
            throw new TunnelException(Cause.NotSupported, $"{PrintableText.From(name)} is no VPN connection");
        }

        ConnectionSettings connection = new()
        {
            HasVpn = true,
            Uuid = values.GetValueOrDefault("connection.uuid", ""),
            Data = ReadOptions(values.GetValueOrDefault("vpn.data", "")),
            UserName = values.GetValueOrDefault("vpn.user-name") is { Length: > 0 } user ? user : Environment.UserName,
            Timeout = uint.TryParse(values.GetValueOrDefault("vpn.timeout"), out uint timeout) ? timeout : 0,
            Users = [.. values.GetValueOrDefault("connection.permissions", "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(entry => entry.Split(':') is ["user", var login, ..] ? login : entry)],
            Ip4 = values.TryGetValue("ipv4.method", out string? ip4) ? new Ip4Settings(ip4) : null,
            Ip6 = values.TryGetValue("ipv6.method", out string? ip6) ? new Ip6Settings(ip6) : null,
        };
        return new NmcliProfile(values.GetValueOrDefault("connection.id", name), service, connection);
    }

    /// <summary>"key = value, key = value": a backslash stands before a comma, an equals sign or a backslash of the text itself.</summary>
    internal static Dictionary<string, string> ReadOptions(string text)
    {
        Dictionary<string, string> options = [];
        StringBuilder part = new();
        string? key = null;
        for (int i = 0; i <= text.Length; i++)
        {
            char c = i < text.Length ? text[i] : ',';
            if (c == '\\' && i + 1 < text.Length && text[i + 1] is ',' or '\\' or '=')
            {
                part.Append(text[++i]);
            }
            else if (c == '=' && key is null)
            {
                key = part.ToString().Trim(' ');
                part.Clear();
            }
            else if (c == ',')
            {
                if (key is { Length: > 0 })
                {
                    options[key] = part.ToString().Trim(' ');
                }

                key = null;
                part.Clear();
            }
            else
            {
                part.Append(c);
            }
        }

        return options;
    }
}
