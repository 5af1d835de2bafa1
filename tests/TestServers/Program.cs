using TestServers.Cli;
using TestServers.Scripted;

const string Usage = """
    usage: TestServers sstp   --listen ADDR:PORT --cert FILE.pem [--key FILE.pem] --pppd-options FILE [--users FILE] ...
           TestServers script --listen ADDR:PORT --cert FILE.pem [--key FILE.pem] --behaviour NAME
           TestServers proxy  --listen ADDR:PORT [--login none|basic|digest-md5|digest-sha256] [--users FILE]
    users: lines NAME:PASSWORD, from a file or from standard input; behaviours:
    """;

try
{
    switch (args.FirstOrDefault())
    {
        case "sstp":
            return SstpCommand.Serve(args[1..]);
        case "script":
            return SstpCommand.Script(args[1..]);
        case "proxy":
            return ProxyCommand.Serve(args[1..]);
        default:
            Console.Error.WriteLine(Usage);
            Console.Error.WriteLine("  " + string.Join(' ', Behaviours.All.Keys));
            return 2;
    }
}
catch (Exception e) when (e is FormatException or IOException or System.Security.Cryptography.CryptographicException or System.Net.Sockets.SocketException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}
