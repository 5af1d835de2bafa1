namespace Fuzz;

/// <summary>Runs one input; throws when something is wrong. The result is what became of the input: a new one makes it worth keeping.</summary>
internal delegate int FuzzRun(ReadOnlySpan<byte> input);

/// <summary>A parser, or a machine behind one.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Seeds">Good inputs to begin with.</param>
/// <param name="Run">The parser under test, with what must hold of every input.</param>
internal sealed record FuzzTarget(string Name, IReadOnlyList<byte[]> Seeds, FuzzRun Run);
