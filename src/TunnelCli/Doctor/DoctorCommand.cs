using System.Runtime.InteropServices;
using TunnelCore.Diagnostics;

namespace TunnelCli.Doctor;

/// <summary>vpn-doctor: runs the steps, prints a line for each, stops at the server step that fails.</summary>
internal sealed class DoctorCommand(TextWriter output, TextWriter errors)
{
    private const int UsageError = 2;
    private const int Interrupted = 130;

    public static Task<int> RunAsync(string[] arguments) => new DoctorCommand(Console.Out, Console.Error).ExecuteAsync(arguments);

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
        return await WalkAsync(options, interrupt.Token).ConfigureAwait(false);
    }

    private async Task<int> WalkAsync(DoctorOptions options, CancellationToken cancellation)
    {
        int status = 0;
        foreach (DoctorStep step in MachineSteps.All)
        {
            status = Math.Max(status, await LookAsync(step, cancellation).ConfigureAwait(false));
        }

        // Every server step stands on the one before it: the first that fails ends the walk.
        foreach (DoctorStep step in ServerSteps.For(options))
        {
            int result = await LookAsync(step, cancellation).ConfigureAwait(false);
            if (result != 0)
            {
                return result;
            }
        }

        return status;
    }

    private async Task<int> LookAsync(DoctorStep step, CancellationToken cancellation)
    {
        try
        {
            Print("ok  ", step.Name, await step.LookAsync(cancellation).ConfigureAwait(false));
            return 0;
        }
        catch (TunnelException e)
        {
            Print("FAIL", step.Name, $"{e.Failure.Sentence} [{e.Failure.Info.Code}]");
            return e.Failure.Info.ExitStatus;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
    }

    private void Print(string result, string name, string text) => output.WriteLine($"{result}  {name,-12}  {text}");
}
