using TestServers.Proxy;

namespace TestServers.Cli;

/// <summary><c>proxy</c>: an HTTP proxy that leads to where CONNECT says.</summary>
internal static class ProxyCommand
{
    private static readonly string[] s_options = ["--listen", "--login", "--users"];

    private static readonly Dictionary<string, WantedLogin> s_logins = new()
    {
        ["none"] = WantedLogin.None, ["basic"] = WantedLogin.Basic, ["digest-md5"] = WantedLogin.DigestMd5, ["digest-sha256"] = WantedLogin.DigestSha256,
    };

    public static int Serve(string[] arguments)
    {
        Arguments options = new(arguments, s_options);
        WantedLogin login = options.Word("--login", s_logins, WantedLogin.None);
        HttpProxy proxy = new(options.Endpoint("--listen"))
        {
            Login = login,
            Users = login == WantedLogin.None ? new Dictionary<string, string>() : SstpCommand.ReadUsers(options.Text("--users")),
            Log = SstpCommand.Log,
        };
        SstpCommand.Log($"listening on {proxy.Endpoint}");
        SstpCommand.WaitForSignal();
        proxy.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return 0;
    }
}
