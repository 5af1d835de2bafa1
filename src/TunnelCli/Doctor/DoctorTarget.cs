using NmPlugin.Profile;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Net;
using TunnelCore.Session;

namespace TunnelCli.Doctor;

/// <summary>What is to be looked at, from the command line or from a profile.</summary>
/// <param name="Tunnel">As the service would connect.</param>
/// <param name="Login">Go as far as the login.</param>
/// <param name="Said">About the profile.</param>
/// <param name="Warnings">About the profile.</param>
internal sealed record DoctorTarget(TunnelOptions Tunnel, bool Login, IReadOnlyList<string> Said, IReadOnlyList<string> Warnings)
{
    public static async Task<DoctorTarget> FindAsync(
        DoctorOptions options, IPasswordPrompt prompt, Func<string, CancellationToken, Task<string>> askNmcli, CancellationToken cancellation) =>
        options.Profile is { } name
            ? FromProfile(NmcliProfile.Parse(name, await askNmcli(name, cancellation).ConfigureAwait(false)), options, prompt, new SettingsFiles().Load())
            : FromCommandLine(options, prompt);

    private static DoctorTarget FromCommandLine(DoctorOptions options, IPasswordPrompt prompt)
    {
        ProxyOptions? proxy = options.Proxy is { } server
            ? new ProxyOptions(server) { User = options.ProxyUser, Password = options.ProxyUser is null ? null : ToSecret(prompt.Ask($"Password of {options.ProxyUser} for the proxy")) }
            : null;
        Secret? password = options.Login ? ToSecret(prompt.Ask($"Password of {options.User}")) : null;
        TunnelOptions tunnel = new()
        {
            Protocol = options.Protocol,
            Server = options.Server!,
            Tls = options.Tls,
            Proxy = proxy,
            Ppp = new PppOptions { User = options.User, Password = password, RemoteName = options.Server!.Host },
        };
        return new DoctorTarget(tunnel, options.Login, [], options.Login && password is null ? [NobodyToAsk] : []);
    }

    private const string NobodyToAsk = "the login is left out: there is no terminal to ask for the password at";

    /// <summary>The profile as the service reads it; secrets that it lacks are asked for where they are needed.</summary>
    private static DoctorTarget FromProfile(NmcliProfile profile, DoctorOptions options, IPasswordPrompt prompt, OwnSettings settings)
    {
        VpnService service = VpnService.All.FirstOrDefault(one => one.BusName == profile.ServiceType)
            ?? throw new TunnelException(Cause.NotSupported, $"a connection of type {PrintableText.From(profile.ServiceType)}");
        ConnectionSettings connection = profile.Connection with { Settings = settings };
        connection = connection with { UserKey = CertificateLogins.Inspect(connection, connection.FileUser) };
        Dictionary<string, string> secrets = [];
        bool complete = options.Login;
        foreach (NeededSecret secret in NeededSecrets.Used(service, connection).Where(secret => secret.Known(connection).Length == 0))
        {
            // Without a login the steps before it need only what the proxy wants.
            bool wanted = (options.Login || secret.Name == "proxy-password") && !secret.Flags(connection).HasFlag(SecretFlags.NotRequired);
            string? typed = wanted ? prompt.Ask($"{secret.Label} of {PrintableText.From(profile.Name)}") : null;
            complete &= typed is not null || !wanted;
            // What is not known must not keep the profile from being read.
            secrets[secret.Name] = typed ?? "";
        }

        VpnProfile read = ProfileReader.Read(
            connection with { Secrets = new Dictionary<string, string>(secrets), Data = WithoutNeed(connection.Data, secrets) },
            new ServiceIdentity(service, Environment.ProcessId, Debug: false));
        string[] warnings = options.Login && !complete ? [.. read.Warnings, NobodyToAsk] : [.. read.Warnings];
        return new DoctorTarget(
            read.Tunnel, complete, [$"{PrintableText.From(profile.Name)}: {service.Name} to {read.Tunnel.Server}, read as the service reads it"], warnings);
    }

    /// <summary>Marks the secrets that nobody typed as not required.</summary>
    private static Dictionary<string, string> WithoutNeed(IReadOnlyDictionary<string, string> data, Dictionary<string, string> secrets)
    {
        Dictionary<string, string> changed = new(data);
        foreach (string name in secrets.Where(secret => secret.Value.Length == 0).Select(secret => secret.Key))
        {
            changed[$"{name}-flags"] = "4";
        }

        return changed;
    }

    private static Secret? ToSecret(string? text) => text is null ? null : new Secret(text);
}
