namespace TunnelCli.Doctor;

/// <summary>One step: what it looks at, and how. The result is what it saw; a <see cref="TunnelCore.Diagnostics.TunnelException"/> is a failure.</summary>
internal sealed record DoctorStep(string Name, Func<CancellationToken, Task<string>> LookAsync);
