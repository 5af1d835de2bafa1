using System.Diagnostics;

namespace TunnelCore.Tests.Net;

/// <summary>The openssl program, for files as other tools write them.</summary>
internal static class OpenSslTool
{
    public static void Run(string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("openssl", arguments.Split(' '))
        {
            WorkingDirectory = TestPki.Scratch, RedirectStandardError = true, RedirectStandardOutput = true,
        })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"openssl {arguments}: {errors}");
    }
}
