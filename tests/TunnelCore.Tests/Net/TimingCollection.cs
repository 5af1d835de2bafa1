namespace TunnelCore.Tests.Net;

/// <summary>Tests that look at the clock run by themselves, after the others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TimingCollection
{
    public const string Name = "Timing";
}
