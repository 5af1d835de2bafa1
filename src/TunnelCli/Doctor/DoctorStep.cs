namespace TunnelCli.Doctor;

/// <summary>One step: what it looks at, and how. The result is what it saw; a <see cref="TunnelCore.Diagnostics.TunnelException"/> is a failure.</summary>
internal sealed record DoctorStep(string Name, Func<CancellationToken, Task<string>> LookAsync)
{
    public DoctorStep(string name, Func<string> look)
        : this(name, _ => Task.FromResult(look()))
    {
    }

    /// <summary>Why it is left out here; null = it is not.</summary>
    public string? Skipped { get; init; }

    /// <summary>Its failure is worth a word and no more: the connection may come about without it.</summary>
    public bool Optional { get; init; }
}
