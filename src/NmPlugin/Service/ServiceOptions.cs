namespace NmPlugin.Service;

/// <summary>The command line of a VPN service, as NetworkManager and the C services have it.</summary>
/// <param name="BusName">--bus-name.</param>
/// <param name="Persist">--persist: stay after the connection has ended.</param>
/// <param name="Debug">--debug: say more.</param>
/// <param name="Help">--help.</param>
internal sealed record ServiceOptions(string BusName, bool Persist = false, bool Debug = false, bool Help = false)
{
    /// <param name="args">Without the program's name.</param>
    /// <param name="defaultBusName">When there is no --bus-name.</param>
    /// <param name="error">What is wrong, when the result is null.</param>
    public static ServiceOptions? Parse(IReadOnlyList<string> args, string defaultBusName, out string error)
    {
        var options = new ServiceOptions(defaultBusName);
        error = "";
        for (int i = 0; i < args.Count; i++)
        {
            string[] parts = args[i].Split('=', 2);
            switch (parts[0])
            {
                case "--persist" when parts.Length == 1:
                    options = options with { Persist = true };
                    break;
                case "--debug" when parts.Length == 1:
                    options = options with { Debug = true };
                    break;
                case "--help" or "-h" or "-?" when parts.Length == 1:
                    options = options with { Help = true };
                    break;
                case "--bus-name" when parts.Length == 2 || i + 1 < args.Count:
                    options = options with { BusName = parts.Length == 2 ? parts[1] : args[++i] };
                    break;
                case "--bus-name":
                    error = "--bus-name needs a name";
                    return null;
                default:
                    error = $"unknown option {args[i]}";
                    return null;
            }
        }
        return options;
    }

    public static string Usage(string program) =>
        $"""
        Usage: {program} [--bus-name NAME] [--persist] [--debug]

        VPN service of NetworkManager, which starts it by itself.

          --bus-name NAME  D-Bus name to own on the system bus
          --persist        do not end when the connection ends
          --debug          log what happens in detail
          --help           show this text

        """;
}
