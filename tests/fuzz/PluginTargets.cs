using System.Text;
using NmPlugin.Dialog;
using NmPlugin.Profile;
using TunnelCore.Diagnostics;
using static Fuzz.PropertyException;

namespace Fuzz;

/// <summary>Profiles, settings files and the standard input of the auth-dialog.</summary>
internal static class PluginTargets
{
    public static FuzzTarget[] All { get; } =
    [
        new("sstp-profile", [
            Script.Bytes("gateway=vpn.example.org\nuser=bob\nconnection-type=password\npassword-flags=0\ntls-ext=yes\nignore-cert-warn=no\nmtu=1400\n!password=pw"),
            Script.Bytes("gateway=[2001:db8::1]:443\nuser=\ndomain=CORP\nca-cert=/etc/ca.pem\nproxy-server=p\nproxy-port=8080\nproxy-user=u\nlcp-echo-failure=5\nlcp-echo-interval=30\nunit=0\n!password=pw\n!proxy-password=x"),
            Script.Bytes("gateway=a\nserver-certificate-pin=sha256:00\nserver-tls-min=1.2\nreconnect-timeout=600\notp-flags=2\nname=x\n!password=a")],
            input => Profile(input, VpnService.Sstp)),
        new("pptp-profile", [
            Script.Bytes("gateway=10.1.2.3\nuser=CORP\\bob\nrequire-mppe-128=yes\nmppe-stateful=yes\nrefuse-eap=yes\nrefuse-pap=yes\ndata-path=user\n!password=pw")],
            input => Profile(input, VpnService.Pptp)),
        new("settings-file", [
            Script.Bytes("# a comment\n[defaults]\nserver-tls-min = 1.2\n[sstp]\nlcp-echo-interval=10\n[connection 6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11]\nserver-certificate-pin=x\n")],
            Settings),
        new("auth-dialog", [
            Script.Bytes("DATA_KEY=gateway\nDATA_VAL=vpn.example.org\nDATA_KEY=user\nDATA_VAL=bob\n=more\nSECRET_KEY=password\nSECRET_VAL=pw\nDONE\n\nQUIT\n\n")],
            Dialog),
        new("c-escapes", [Script.Bytes("/etc/a\\040b\\\\c\\n\\x"), Script.Bytes("plain")], input => CEscapes.Decode(Text(input))?.Length ?? -1),
    ];

    private static string Text(ReadOnlySpan<byte> input) => Encoding.UTF8.GetString(input);

    /// <summary>"key=value" lines are vpn.data, those behind "!" secrets. A profile is read or refused with words that hold no secret.</summary>
    private static int Profile(ReadOnlySpan<byte> input, VpnService service)
    {
        Dictionary<string, string> data = [];
        Dictionary<string, string> secrets = [];
        foreach (string line in Text(input).Split('\n'))
        {
            string[] pair = line.TrimStart('!').Split('=', 2);
            (line.StartsWith('!') ? secrets : data)[pair[0]] = pair.Length > 1 ? pair[1] : "";
        }
        const string Secret = "S3cr3t-of-the-user";
        secrets["password"] = Secret;
        ConnectionSettings connection = new() { HasVpn = true, Uuid = "6d1f2a4e-0f6e-4f6b-9a57-1f0b7c0b7a11", Data = data, Secrets = secrets, Timeout = input.IsEmpty ? 0u : input[0] };
        try
        {
            VpnProfile profile = ProfileReader.Read(connection, new ServiceIdentity(service, 4711, Debug: false));
            Require(profile.Tunnel.Server.Host.Length > 0, "a profile that is read has a server");
            return HashCode.Combine(profile.Tunnel.Ppp.User is null, profile.Tunnel.Server.Port);
        }
        catch (TunnelException e)
        {
            Require(!e.Failure.Sentence.Contains(Secret, StringComparison.Ordinal), "no secret in an error");
            Require(e.Failure.Sentence.All(c => c is >= ' ' and not (char)127), "an error is one printable line");
            return HashCode.Combine(e.Failure.Cause, e.Failure.Detail?.Split('\'').ElementAtOrDefault(2));
        }
    }

    private static int Settings(ReadOnlySpan<byte> input)
    {
        try
        {
            return SettingsParser.Parse("file", input.ToArray()).Count;
        }
        catch (TunnelException e)
        {
            Require(e.Failure.Sentence.All(c => c is >= ' ' and not (char)127), "an error is one printable line");
            return -(int)e.Failure.Cause;
        }
    }

    private static int Dialog(ReadOnlySpan<byte> input)
    {
        using MemoryStream stream = new(input.ToArray());
        InputLines lines = new(stream);
        DetailsParser details = new();
        try
        {
            while (lines.ReadAsync(TimeSpan.FromSeconds(1)).AsTask().GetAwaiter().GetResult() is { } line && !details.Add(line))
            {
            }
            ConnectionSettings connection = details.Finish("uuid");
            return HashCode.Combine(connection.Data.Count, connection.Secrets.Count);
        }
        catch (DialogException e)
        {
            return -e.Message.Length;
        }
    }
}
