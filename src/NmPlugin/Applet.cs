using NmPlugin.Dialog;
using NmPlugin.Profile;
using NmPlugin.Service;

namespace NmPlugin;

/// <summary>What the executable can be, by the name it is called.</summary>
/// <param name="Name">Last part of argv[0].</param>
/// <param name="RunAsync">Takes the arguments, gives the exit status.</param>
internal sealed record Applet(string Name, Func<string[], Task<int>> RunAsync)
{
    private static readonly Applet[] s_all =
    [
        .. VpnService.All.Select(service => new Applet(service.Program, args => ServiceProgram.RunAsync(service, args))),
        .. VpnService.All.Select(service => new Applet(service.Dialog, args => DialogProgram.RunAsync(service, args))),
    ];

    public static IEnumerable<string> Names => s_all.Select(applet => applet.Name);

    public static Applet? Find(string name) => Array.Find(s_all, applet => applet.Name == name);
}
