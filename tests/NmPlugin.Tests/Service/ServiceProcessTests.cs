using System.Diagnostics;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;

namespace NmPlugin.Tests.Service;

/// <summary>The executable from outside: command line, environment, name, signals.</summary>
public sealed class ServiceProcessTests
{
    private const string PptpName = "org.freedesktop.NetworkManager.pptp.Connection_5";
    private const string PlainName = "org.freedesktop.NetworkManager.sstp";

    private static async Task<(PrivateBus Bus, BusClient Client)> BusAsync(string service = TestService.Name, string? policy = null)
    {
        PrivateBus bus = await PrivateBus.StartAsync(policy);
        return (bus, await BusClient.ConnectAsync(bus.Address, service));
    }

    [Theory]
    [InlineData("T1", "--bus-name", TestService.Name)]
    [InlineData("T1", "--bus-name=" + TestService.Name, null)]
    public async Task T01_OwnsExactlyTheGivenName(string row, string option, string? value)
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        using BusClient plain = await BusClient.ConnectAsync(bus.Address, PlainName);
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, value is null ? [option] : [option, value]);
        await client.Transcript.WaitForAsync("name owned");
        Assert.Equal((row, ""), (row, await client.NeedSecretsAsync(Profiles.Base())));
        Assert.Empty(plain.Transcript.Lines);
    }

    [Theory]
    [InlineData("sstp")]
    [InlineData("pptp")]
    public async Task T02_N11_PlainNameWithoutArgument(string name)
    {
        (PrivateBus bus, BusClient client) = await BusAsync($"org.freedesktop.NetworkManager.{name}");
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, [], redirections: null, [], $"nm-{name}-service");
        await client.Transcript.WaitForAsync("name owned");
        Assert.Equal("ok", await client.CallAsync("Disconnect"));
        Assert.Contains($"nm-{name}[{service.Id}] <info>  ", (await service.ExitedAsync()).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T36_Pptp_ServerThatRefuses()
    {
        (PrivateBus bus, BusClient client) = await BusAsync(PptpName);
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", PptpName], redirections: null, [], "nm-pptp-service");
        await client.Transcript.WaitForAsync("name owned");
        // Nothing listens on port 1723 of this address.
        Assert.Equal("ok", await client.ConnectAsync(Profiles.Pptp(("gateway", "127.77.0.9"))));
        (int status, _, string errors) = await service.ExitedAsync();
        await client.Transcript.WaitForAsync("name lost");
        Assert.Equal("name owned, StateChanged 3, Connect ok, Failure 1, StateChanged 5, StateChanged 6, name lost", client.Transcript.ToString());
        Assert.Equal(0, status);
        string warning = Assert.Single(errors.Split('\n'), line => line.Contains("<warn>", StringComparison.Ordinal));
        Assert.StartsWith($"nm-pptp[{service.Id}] <warn>  ", warning, StringComparison.Ordinal);
        Assert.Matches(@"\[(tcp|ppp|pppd|install)\.[a-z-]+\]$", warning);
    }

    [Theory]
    [InlineData("--frobnicate")]
    [InlineData("--bus-name")]
    [InlineData("--persist=yes")]
    [InlineData("stray")]
    public async Task T03_UnknownOption(string option)
    {
        await using ServiceProcess service = ServiceProcess.Start(null, [option]);
        (int status, string output, string errors) = await service.ExitedAsync();
        Assert.Equal((1, ""), (status, output));
        Assert.Contains(option, errors, StringComparison.Ordinal);
        Assert.Contains("Usage: nm-sstp-service", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T03_Help()
    {
        await using ServiceProcess service = ServiceProcess.Start(null, ["--help"]);
        (int status, string output, string errors) = await service.ExitedAsync();
        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("--bus-name", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T05_NameIsOwnedInTime()
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        var clock = Stopwatch.StartNew();
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name]);
        await client.Transcript.WaitForAsync("name owned");
        // Not compiled ahead of time, on whatever machine runs the tests; NetworkManager allows 5 s.
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task T06_NameIsTaken()
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        await using ServiceProcess first = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name]);
        await client.Transcript.WaitForAsync("name owned");
        await using ServiceProcess second = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name]);
        (int status, _, string errors) = await second.ExitedAsync();
        Assert.Equal(1, status);
        Assert.Contains(TestService.Name, errors, StringComparison.Ordinal);
        first.Kill();
        await client.Transcript.WaitForAsync("name lost");
        Assert.Equal("name owned, name lost", client.Transcript.ToString());
    }

    [Fact]
    public async Task T07_PolicyFileIsMissing()
    {
        await using PrivateBus bus = await PrivateBus.StartAsync(
            """<policy context="default"><allow user="*"/><allow send_destination="*"/><allow receive_sender="*"/></policy>""");
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name]);
        (int status, _, string errors) = await service.ExitedAsync();
        Assert.Equal(1, status);
        Assert.Contains("policy", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T07_OurPolicyFileIsEnough()
    {
        string policy = File.ReadAllText(Path.Combine(Repository.Root, "data", "nm-sstp-service.conf"));
        policy = policy[(policy.IndexOf("<busconfig>", StringComparison.Ordinal) + 11)..policy.IndexOf("</busconfig>", StringComparison.Ordinal)];
        const string BusDefaults =
            """
            <policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/><allow send_type="signal"/>
            <allow send_requested_reply="true" send_type="method_return"/><allow send_requested_reply="true" send_type="error"/>
            <allow receive_type="method_call"/><allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>
            <allow send_destination="org.freedesktop.DBus"/></policy>
            """;
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }
        (PrivateBus bus, BusClient client) = await BusAsync(policy: BusDefaults + policy);
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name]);
        await client.Transcript.WaitForAsync("name owned");
        Assert.Equal("", await client.NeedSecretsAsync(Profiles.Base()));
        Assert.StartsWith("<!DOCTYPE", await client.CallAsync("org.freedesktop.DBus.Introspectable", "Introspect", null), StringComparison.Ordinal);
        Assert.Equal("AccessDenied", await CallAsNobodyAsync(bus.Address, "Disconnect"));
        Assert.Equal("AccessDenied", await CallAsNobodyAsync(bus.Address, "NeedSecrets"));
    }

    /// <summary>T-76: the same bus, another user.</summary>
    private static async Task<string> CallAsNobodyAsync(string address, string member)
    {
        var start = new ProcessStartInfo(
            "setpriv",
            ["--reuid=65534", "--regid=65534", "--clear-groups", "dbus-send", $"--bus={address}", "--print-reply", "--reply-timeout=5000",
                $"--dest={TestService.Name}", NmPlugin.Bus.BusNames.PluginPath, $"{NmPlugin.Bus.BusNames.PluginInterface}.{member}"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return errors.Contains("org.freedesktop.DBus.Error.AccessDenied", StringComparison.Ordinal) ? "AccessDenied" : errors;
    }

    [Fact]
    public async Task T08_NoBus()
    {
        await using ServiceProcess service = ServiceProcess.Start(null, []);
        (int status, string output, string errors) = await service.ExitedAsync();
        Assert.Equal((1, ""), (status, output));
        Assert.Contains("<error>", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T08_BusCloses()
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name]);
        await client.Transcript.WaitForAsync("name owned");
        bus.Kill();
        Assert.Equal(1, (await service.ExitedAsync()).Status);
    }

    [Theory]
    [InlineData("0", "")]
    [InlineData("3", "")]
    [InlineData("5", "info")]
    [InlineData("7", "info debug")]
    [InlineData(null, "info")]
    [InlineData("x", "info")]
    public async Task T10_LogLevel(string? level, string names)
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(
            bus.Address, ["--bus-name", TestService.Name], level is null ? [] : [("NM_VPN_LOG_LEVEL", level)]);
        await client.Transcript.WaitForAsync("name owned");
        Assert.Equal("ok", await client.CallAsync("Disconnect"));
        (int status, string output, string errors) = await service.ExitedAsync();
        Assert.Equal((0, ""), (status, output));
        foreach (string name in new[] { "info", "debug" })
        {
            Assert.Equal((name, names.Contains(name, StringComparison.Ordinal)), (name, errors.Contains($"nm-sstp[{service.Id}] <{name}>  ", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task T10_ForegroundLogGoesToStandardOutput()
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name, "--debug"], ("NM_VPN_LOG_SYSLOG", "0"));
        await client.Transcript.WaitForAsync("name owned");
        ConnectionSettings connection = Profiles.Base(("gateway", "a b")) with { Secrets = new Dictionary<string, string> { ["password"] = "hunter2" } };
        Assert.Equal("BadArguments", await client.ConnectAsync(connection));
        (int status, string output, string errors) = await service.ExitedAsync();
        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("<debug>", output, StringComparison.Ordinal);
        Assert.Contains("<warn>  The profile's setting 'gateway' 'a b' may only have", output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task T36_ServerThatRefuses()
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name]);
        await client.Transcript.WaitForAsync("name owned");
        Assert.Equal("ok", await client.ConnectAsync(Profiles.Base(("gateway", "127.0.0.1:1"))));
        (int status, _, string errors) = await service.ExitedAsync();
        await client.Transcript.WaitForAsync("name lost");
        Assert.Equal("name owned, StateChanged 3, Connect ok, Failure 1, StateChanged 5, StateChanged 6, name lost", client.Transcript.ToString());
        Assert.Equal(0, status);
        // Which comes first depends on the machine: the refusal, or that PPP cannot run here.
        string warning = Assert.Single(errors.Split('\n'), line => line.Contains("<warn>", StringComparison.Ordinal));
        Assert.Matches(@"\[(tcp|ppp|pppd|install)\.[a-z-]+\]$", warning);
    }

    [Fact]
    public async Task T56_N14_KilledServiceLosesItsName()
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name]);
        await client.Transcript.WaitForAsync("name owned");
        service.Kill();
        await client.Transcript.WaitForAsync("name lost");
    }

    [Theory]
    [InlineData("<&- >&-")]
    [InlineData("</dev/null 2>/dev/full")]
    public async Task StandardStreamsThatDoNotWorkDoNotMatter(string redirections)
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name], redirections, [("NM_VPN_LOG_LEVEL", "7")]);
        await client.Transcript.WaitForAsync("name owned");
        Assert.Equal("", await client.NeedSecretsAsync(Profiles.Base()));
        Assert.Equal("ok", await client.CallAsync("Disconnect"));
        Assert.Equal(0, (await service.ExitedAsync()).Status);
    }

    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task T64_N13_SignalWhileIdle(string signal)
    {
        if (signal == "HUP" && HangupIsIgnored())
        {
            return;
        }
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        await using ServiceProcess service = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name, "--persist"]);
        await client.Transcript.WaitForAsync("name owned");
        // The bus tells of the new owner before the owner knows: from the answer on the service serves.
        Assert.Equal("", await client.NeedSecretsAsync(Profiles.Base()));
        service.Terminate(signal);
        Assert.Equal(0, (await service.ExitedAsync()).Status);
        await client.Transcript.WaitForAsync("name lost");
        Assert.Equal("name owned, NeedSecrets , StateChanged 6, name lost", client.Transcript.ToString());
    }

    /// <summary>Under nohup the service inherits that, and keeps to it.</summary>
    private static bool HangupIsIgnored() => File.ReadLines("/proc/self/status")
        .Any(line => line.StartsWith("SigIgn:", StringComparison.Ordinal) && (Convert.ToInt32(line[^1..], 16) & 1) == 1);

    [Fact]
    public async Task T64_N13_SigtermBeforeTheBusAnswers()
    {
        // A listening socket that nobody serves: the connection is made and then there is silence.
        string path = Path.Combine(Path.GetTempPath(), $"nm-vpn-silent-{Guid.NewGuid():N}");
        using var listener = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        listener.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            await using ServiceProcess service = ServiceProcess.Start($"unix:path={path}", []);
            using System.Net.Sockets.Socket accepted = await listener.AcceptAsync().WaitAsync(TimeSpan.FromSeconds(20));
            service.Terminate();
            Assert.Equal(0, (await service.ExitedAsync()).Status);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task T72_N12_TwoConnectionsAreIndependent()
    {
        (PrivateBus bus, BusClient client) = await BusAsync();
        await using PrivateBus disposal = bus;
        using BusClient other = await BusClient.ConnectAsync(bus.Address, PlainName + ".Connection_6");
        await using ServiceProcess first = ServiceProcess.Start(bus.Address, ["--bus-name", TestService.Name]);
        await using ServiceProcess second = ServiceProcess.Start(bus.Address, ["--bus-name", PlainName + ".Connection_6"]);
        await client.Transcript.WaitForAsync("name owned");
        await other.Transcript.WaitForAsync("name owned");
        Assert.Equal("ok", await client.CallAsync("Disconnect"));
        Assert.Equal(0, (await first.ExitedAsync()).Status);
        Assert.Equal("", await other.NeedSecretsAsync(Profiles.Base()));
    }
}
