using NmPlugin;

// One executable under several names, like busybox: NetworkManager starts it through a link named after the service.
string invokedAs = Path.GetFileName(ProgramName.Read());
if (Applet.Find(invokedAs) is { } applet)
{
    return await applet.RunAsync(args).ConfigureAwait(false);
}
if (args.Length > 0 && Applet.Find(args[0]) is { } named)
{
    return await named.RunAsync(args[1..]).ConfigureAwait(false);
}
await Console.Error.WriteAsync($"This program runs under the name of a service: {string.Join(", ", Applet.Names)}.\n").ConfigureAwait(false);
return 1;
