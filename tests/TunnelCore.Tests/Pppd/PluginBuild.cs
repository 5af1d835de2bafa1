using System.Diagnostics;

namespace TunnelCore.Tests.Pppd;

/// <summary>Builds the plugin and its stand-in for pppd, once per test run.</summary>
internal static class PluginBuild
{
    private static readonly Lazy<string> s_output = new(() => Make("all check"));

    /// <summary>What "make all check" printed.</summary>
    public static string Output => s_output.Value;

    public static string Plugin => Built("nm-sstp-pppd-plugin.so");

    /// <summary>A program in pppd's place, with the symbols of 2.4.9 or 2.5; loads the sanitized plugin.</summary>
    public static string Host(int layout) => Built($"check/host-{layout}");

    public static string SanitizedPlugin => Built("check/plugin.so");

    private static string Root
    {
        get
        {
            string? at = AppContext.BaseDirectory;
            while (at is not null && !File.Exists(Path.Combine(at, "NmVpnPlugin.sln")))
            {
                at = Path.GetDirectoryName(at);
            }

            return at ?? throw new InvalidOperationException("The tests run from the build tree.");
        }
    }

    private static string Built(string name)
    {
        _ = Output;
        return Path.Combine(Root, "build/pppd", name);
    }

    private static string Make(string targets)
    {
        ProcessStartInfo start = new("make", ["-s", "-C", Path.Combine(Root, "src/PppdCallback"), .. targets.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process make = Process.Start(start)!;
        Task<string> errors = make.StandardError.ReadToEndAsync();
        string output = make.StandardOutput.ReadToEnd();
        make.WaitForExit();
        Assert.True(make.ExitCode == 0, output + errors.Result);
        return output;
    }
}
