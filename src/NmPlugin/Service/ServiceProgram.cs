using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Logging;
using NmPlugin.Logging;
using NmPlugin.Profile;
using Tmds.DBus.Protocol;

namespace NmPlugin.Service;

/// <summary>A VPN service as a program: command line, environment, signals, log.</summary>
internal static class ServiceProgram
{
    private const int UserSignal1 = 10;
    private const int UserSignal2 = 12;

    /// <param name="service">Which of the services.</param>
    /// <param name="args">Without the program's name.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(VpnService service, string[] args)
    {
        string program = service.Program;
        if (ServiceOptions.Parse(args, service.BusName, out string error) is not { } options)
        {
            await Console.Error.WriteAsync($"{program}: {error}\n{ServiceOptions.Usage(program)}").ConfigureAwait(false);
            return 1;
        }
        if (options.Help)
        {
            await Console.Out.WriteAsync(ServiceOptions.Usage(program)).ConfigureAwait(false);
            return 0;
        }
        LogSettings settings = LogSettings.Read(options.Debug, Environment.GetEnvironmentVariable);
        using var provider = new LineLoggerProvider(service.LogName, Environment.ProcessId, settings);
        using var loggers = new LoggerFactory([provider], new LoggerFilterOptions { MinLevel = settings.Minimum });
        ILogger log = loggers.CreateLogger(program);
        var identity = new ServiceIdentity(service, Environment.ProcessId, settings.IsDebug);
        var host = new ServiceHost(options, DBusAddress.System, identity, Composition.Tunnels(loggers), TimeProvider.System, log, onConnection: uuid => provider.Connection = uuid);
        await using ConfiguredAsyncDisposable disposal = host.ConfigureAwait(false);
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            PluginLog.SignalReceived(log, context.Signal.ToString());
            host.Terminate();
        }

        using PosixSignalRegistration term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using PosixSignalRegistration hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        // Whose default is to end the process: "kill -USR1" asks the peers' programs for statistics.
        using PosixSignalRegistration user1 = PosixSignalRegistration.Create((PosixSignal)UserSignal1, context => context.Cancel = true);
        using PosixSignalRegistration user2 = PosixSignalRegistration.Create((PosixSignal)UserSignal2, context => context.Cancel = true);
        return await host.RunAsync().ConfigureAwait(false);
    }
}
