using TunnelCli;

return await Programs.RunAsync(Environment.GetCommandLineArgs()).ConfigureAwait(false);
