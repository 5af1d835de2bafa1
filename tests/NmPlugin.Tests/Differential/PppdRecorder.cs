using System.Diagnostics;
using System.Runtime.Versioning;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;

namespace NmPlugin.Tests.Differential;

/// <summary>One Connect to a service on a bus of its own, whose pppd is a script that writes its arguments down.</summary>
/// <param name="Answer">"ok", or the error's name.</param>
/// <param name="Words">pppd's arguments; null when Connect was refused.</param>
[SupportedOSPlatform("linux")]
internal sealed record PppdRecorder(string Answer, string[]? Words)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// In namespaces of its own: the script in pppd's place, beside our program (in a layer over its directory) a plugin for pppd, and a
    /// network in which nobody answers, so that no attempt ends before its pppd has written.
    /// </summary>
    private const string InNamespace = """
        set -e
        mount --make-rprivate /
        mount --bind "$1/pppd" /usr/sbin/pppd
        mkdir "$1/layer"; mount -t tmpfs tmpfs "$1/layer"; mkdir "$1/layer/upper" "$1/layer/work"
        touch "$1/layer/upper/nm-sstp-pppd-plugin.so" "$1/layer/upper/nm-pptp-pppd-plugin.so"
        mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/layer/upper,workdir=$1/layer/work" "$2"
        mount --bind "$1/hosts" /etc/hosts
        ip link set lo up
        ip link add d0 type veth peer name d1
        ip link set d0 up; ip link set d1 up
        ip addr add 192.0.2.9/24 dev d0; ip route add default dev d0
        ip -6 addr add 2001:db8::9/32 dev d0 nodad 2>/dev/null || true
        shift 2
        exec "$@"
        """;

    public static async Task<PppdRecorder> OursAsync(VpnService service, ConnectionSettings connection)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("nm-vpn-ours-");
        try
        {
            string link = Path.Combine(directory.FullName, service.Program);
            File.CreateSymbolicLink(link, Path.Combine(AppContext.BaseDirectory, "nm-vpn-plugin"));
            return await RunAsync(service, link, connection);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    public static Task<PppdRecorder> PeerAsync(VpnService service, ConnectionSettings connection) => RunAsync(service, PeerTheoryAttribute.PathOf(service), connection);

    private static async Task<PppdRecorder> RunAsync(VpnService service, string program, ConnectionSettings connection)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("nm-vpn-record-");
        string record = Path.Combine(directory.FullName, "argv"), script = Path.Combine(directory.FullName, "pppd");
        File.WriteAllText(script, $"""
            #!/bin/sh
            trap '' TERM HUP
            [ "$1" != --version ] || exec echo pppd version 2.4.9
            printf '%s\0' "$@" > {record}.new && mv {record}.new {record}
            exec sleep 20

            """);
        File.WriteAllText(Path.Combine(directory.FullName, "hosts"), "127.0.0.1 localhost\n192.0.2.1 vpn.example.org proxy.corp p\n");
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        await using PrivateBus bus = await PrivateBus.StartAsync();
        string name = $"{service.BusName}.Connection_7";
        using BusClient client = await BusClient.ConnectAsync(bus.Address, name);
        var start = new ProcessStartInfo(
            "unshare", ["--mount", "--net", "sh", "-c", InNamespace, "sh", directory.FullName, AppContext.BaseDirectory.TrimEnd('/'), program, "--bus-name", name])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/",
        };
        start.Environment["DBUS_SYSTEM_BUS_ADDRESS"] = bus.Address;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await client.Transcript.WaitForAsync("name owned");
            string answer = await client.ConnectAsync(connection);
            return new PppdRecorder(answer, answer == "ok" ? await ReadAsync(record, process, errors) : null);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            await output;
            directory.Delete(recursive: true);
        }
    }

    private static async Task<string[]> ReadAsync(string record, Process process, Task<string> errors)
    {
        var clock = Stopwatch.StartNew();
        while (!File.Exists(record))
        {
            Assert.True(clock.Elapsed < s_patience, "pppd was not started");
            Assert.False(process.HasExited && !File.Exists(record), process.HasExited ? $"the service ended without starting pppd: {await errors}" : "");
            await Task.Delay(10);
        }
        return File.ReadAllText(record).TrimEnd('\0').Split('\0');
    }
}
