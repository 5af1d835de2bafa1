namespace TestServers.Scripted;

/// <summary>One thing that a scripted server does; the name is for logs.</summary>
internal sealed record ScriptStep(string Name, Func<ScriptConnection, CancellationToken, Task> Run);
