using System.Diagnostics;

namespace DBus.Contract.Tests;

/// <summary>A dbus-daemon of our own, in a directory of its own, that ends with the test.</summary>
public sealed class PrivateBus : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("nmvpn-dbus-");
    private readonly Process _daemon;

    public PrivateBus()
    {
        string socket = Path.Combine(_directory.FullName, "bus");
        string configuration = Path.Combine(_directory.FullName, "bus.conf");
        File.WriteAllText(configuration, $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig>
              <listen>unix:path={socket}</listen>
              <auth>EXTERNAL</auth>
              <policy context="default">
                <allow send_destination="*"/>
                <allow receive_sender="*"/>
                <allow own="*"/>
              </policy>
            </busconfig>
            """);
        _daemon = Process.Start(new ProcessStartInfo("dbus-daemon", ["--nofork", "--print-address", $"--config-file={configuration}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

        // The daemon prints its address when it listens.
        Address = _daemon.StandardOutput.ReadLine() ?? throw new InvalidOperationException(_daemon.StandardError.ReadToEnd());
        _daemon.ErrorDataReceived += static (_, _) => { };
        _daemon.BeginErrorReadLine();
    }

    public string Address { get; }

    public void Kill()
    {
        _daemon.Kill();
        _daemon.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _daemon.Dispose();
        _directory.Delete(recursive: true);
    }
}
