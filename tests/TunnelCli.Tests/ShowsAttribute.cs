namespace TunnelCli.Tests;

/// <summary>The test shows what these options do, not only that they are understood.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
internal sealed class ShowsAttribute(string program, params string[] options) : Attribute
{
    public string Program { get; } = program;

    /// <summary>Names without the dashes.</summary>
    public IReadOnlyList<string> Options { get; } = options;
}
