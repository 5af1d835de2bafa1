using System.Diagnostics;

namespace NmPlugin.Tests.Support;

/// <summary>A dbus-daemon of its own for one test, in a directory of its own.</summary>
internal sealed class PrivateBus : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _directory;

    private PrivateBus(Process process, DirectoryInfo directory, string address)
    {
        _process = process;
        _directory = directory;
        Address = address;
    }

    public string Address { get; }

    /// <param name="policy">Policy elements; null = everybody may do everything.</param>
    public static async Task<PrivateBus> StartAsync(string? policy = null)
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("nm-vpn-bus-");
        if (!OperatingSystem.IsWindows())
        {
            // So that another user can reach the socket, as on the system bus.
            File.SetUnixFileMode(directory.FullName, (UnixFileMode)0b111_101_101);
        }
        string config = Path.Combine(directory.FullName, "bus.conf");
        policy ??= """<policy context="default"><allow user="*"/><allow own="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy>""";
        await File.WriteAllTextAsync(config, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-BUS Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig><type>custom</type><listen>unix:path={directory.FullName}/bus</listen><auth>EXTERNAL</auth>{policy}</busconfig>
            """);
        var start = new ProcessStartInfo("dbus-daemon") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { $"--config-file={config}", "--nofork", "--nopidfile", "--print-address" })
        {
            start.ArgumentList.Add(argument);
        }
        Process process = Process.Start(start) ?? throw new InvalidOperationException("dbus-daemon does not start");
        string? address = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20));
        return new PrivateBus(process, directory, address ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync()));
    }

    /// <summary>Ends the daemon, as when the system bus goes down.</summary>
    public void Kill() => _process.Kill();

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
