using System.Diagnostics;

namespace TunnelCli.Tests;

/// <summary>A program as its users start it: a process of its own.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly Task<string> _output;
    private readonly Task<string> _errors;

    private ProgramProcess(Process process)
    {
        _process = process;
        _output = process.StandardOutput.ReadToEndAsync();
        _errors = process.StandardError.ReadToEndAsync();
    }

    public int Id => _process.Id;

    /// <param name="program">sstpc, pptp or pptpsetup.</param>
    /// <param name="line">Path that becomes standard input, for reading and writing; null = /dev/null.</param>
    /// <param name="arguments">Of the program.</param>
    public static ProgramProcess Start(string program, string? line, params string[] arguments) =>
        InShell($"exec \"$0\" \"$@\" 0<>'{line ?? "/dev/null"}'", program, arguments);

    /// <param name="shell">Commands of a shell in which "$0" "$@" is the program with its arguments.</param>
    /// <param name="program">sstpc, pptp or pptpsetup.</param>
    /// <param name="arguments">Of the program.</param>
    public static ProgramProcess InShell(string shell, string program, string[] arguments)
    {
        // Not ahead of time compiled, an executable does not know the name that it was called by.
        ProcessStartInfo start = new("/bin/sh", ["-c", shell, Path.Combine(AppContext.BaseDirectory, "vpn-tunnel"), program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("http_proxy");
        return new ProgramProcess(Process.Start(start)!);
    }

    /// <summary>Starts it and waits for its end.</summary>
    /// <returns>Exit status, standard output and standard error.</returns>
    public static async Task<(int Status, string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        await using ProgramProcess process = Start(program, null, arguments);
        return await process.ExitedAsync();
    }

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
            await _process.WaitForExitAsync().WaitAsync(s_patience);
        }

        _process.Dispose();
    }
}
