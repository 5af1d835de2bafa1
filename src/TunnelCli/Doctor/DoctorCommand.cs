using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;

namespace TunnelCli.Doctor;

/// <summary>vpn-doctor: runs the steps, prints a line for each, stops at the server step that fails.</summary>
internal sealed class DoctorCommand(TextWriter output, TextWriter errors, IPasswordPrompt prompt, Func<string, CancellationToken, Task<string>> askNmcli)
{
    private const int UsageError = 2;
    private const int Interrupted = 130;

    public static Task<int> RunAsync(string[] arguments) =>
        new DoctorCommand(Console.Out, Console.Error, new TerminalPrompt(), NmcliProfile.AskAsync).ExecuteAsync(arguments);

    public async Task<int> ExecuteAsync(string[] arguments)
    {
        if (arguments.Contains("--help"))
        {
            output.WriteLine(DoctorOptions.Usage);
            return 0;
        }

        if (DoctorOptions.Parse(arguments, out string? error) is not { } options)
        {
            errors.WriteLine($"vpn-doctor: {error}");
            errors.WriteLine(DoctorOptions.Usage);
            return UsageError;
        }

        using CancellationTokenSource interrupt = new();
        using PosixSignalRegistration registration = PosixSignalRegistration.Create(PosixSignal.SIGINT, context =>
        {
            context.Cancel = true;
            interrupt.Cancel();
        });
        try
        {
            return await WalkAsync(options, interrupt.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }

    private async Task<int> WalkAsync(DoctorOptions options, CancellationToken cancellation)
    {
        DoctorReport report = new(output, options.Json);
        DoctorTarget target;
        try
        {
            target = await DoctorTarget.FindAsync(options, prompt, askNmcli, cancellation).ConfigureAwait(false);
        }
        catch (TunnelException e)
        {
            report.Fail("profile", e.Failure, optional: false);
            return e.Failure.Info.ExitStatus;
        }

        foreach (string said in target.Said)
        {
            report.Ok("profile", said);
        }

        foreach (string warning in target.Warnings)
        {
            report.Warn("profile", warning);
        }

        int status = 0;
        foreach (DoctorStep step in MachineSteps.For(target))
        {
            int result = await LookAsync(step, report, cancellation).ConfigureAwait(false);
            status = status == 0 ? result : status;
        }

        // Every server step stands on the one before it: the first that fails ends the walk.
        foreach (DoctorStep step in ServerSteps.For(target))
        {
            int result = await LookAsync(step, report, cancellation).ConfigureAwait(false);
            if (result != 0)
            {
                return result;
            }
        }

        return status;
    }

    private static async Task<int> LookAsync(DoctorStep step, DoctorReport report, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (step.Skipped is { } why)
        {
            report.Skip(step.Name, why);
            return 0;
        }

        try
        {
            report.Ok(step.Name, await step.LookAsync(cancellation).ConfigureAwait(false));
            return 0;
        }
        catch (TunnelException e)
        {
            report.Fail(step.Name, e.Failure, step.Optional);
            return step.Optional ? 0 : e.Failure.Info.ExitStatus;
        }
    }
}
