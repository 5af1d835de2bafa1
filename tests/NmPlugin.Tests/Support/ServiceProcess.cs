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
        Start("nm-sstp-service", busAddress, arguments, environment);

    public static ServiceProcess Start(
        string program, string? busAddress, IEnumerable<string> arguments, params (string Name, string Value)[] environment)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("nm-vpn-service-");
        string link = Path.Combine(directory.FullName, program);
        File.CreateSymbolicLink(link, Path.Combine(AppContext.BaseDirectory, "nm-vpn-plugin"));
        var start = new ProcessStartInfo(link, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
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

    /// <summary>SIGTERM.</summary>
    public void Terminate()
    {
        using Process kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
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
