using System.Diagnostics;

namespace NmPlugin.Tests.Support;

/// <summary>The service as NetworkManager runs it: a process of its own, started through a link that bears the service's name.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly Process _process;
    private readonly DirectoryInfo _directory;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private ServiceProcess(Process process, DirectoryInfo directory)
    {
        _process = process;
        _directory = directory;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public static ServiceProcess Start(string? busAddress, IEnumerable<string> arguments, params (string Name, string Value)[] environment) =>
        Start(busAddress, arguments, redirections: null, environment);

    /// <param name="busAddress">Null = none that works.</param>
    /// <param name="arguments">Of the service.</param>
    /// <param name="redirections">In the shell's words, before the service gets its standard streams; null = none.</param>
    /// <param name="environment">On top of a clean one.</param>
    /// <param name="program">The name that it is called by.</param>
    public static ServiceProcess Start(
        string? busAddress,
        IEnumerable<string> arguments,
        string? redirections,
        (string Name, string Value)[] environment,
        string program = "nm-sstp-service")
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("nm-vpn-service-");
        string link = Path.Combine(directory.FullName, program);
        File.CreateSymbolicLink(link, Path.Combine(AppContext.BaseDirectory, "nm-vpn-plugin"));
        var start = new ProcessStartInfo(
            redirections is null ? link : "/bin/sh",
            redirections is null ? arguments : ["-c", $"umask 077; exec \"$0\" \"$@\" {redirections}", link, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (string name in new[] { "NM_VPN_LOG_LEVEL", "NM_VPN_LOG_SYSLOG", "NM_PPP_DEBUG", "JOURNAL_STREAM" })
        {
            start.Environment.Remove(name);
        }
        start.Environment["DBUS_SYSTEM_BUS_ADDRESS"] = busAddress ?? "unix:path=/nonexistent/bus";
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }
        return new ServiceProcess(Process.Start(start)!, directory);
    }

    /// <param name="signal">TERM, HUP, INT ...</param>
    public void Terminate(string signal = "TERM")
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        kill.WaitForExit();
    }

    public void Kill() => _process.Kill();

    /// <returns>Exit status, standard output and standard error.</returns>
    public async Task<(int Status, string Output, string Errors)> ExitedAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(s_patience);
        return (_process.ExitCode, await _output.WaitAsync(s_patience), await _errors.WaitAsync(s_patience));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        await _process.WaitForExitAsync();
        _process.Dispose();
        _directory.Delete(recursive: true);
    }
}
