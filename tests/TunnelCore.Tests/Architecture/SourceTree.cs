using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace TunnelCore.Tests.Architecture;

/// <summary>The sources of the repository as text, for rules that the compiler does not check.</summary>
internal static partial class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>Path relative to the root, with forward slashes, and the text.</summary>
    public static IEnumerable<(string Path, string Text)> Files(string under, string pattern = "*.cs") =>
        Directory.EnumerateFiles(Path.Combine(Root, under), pattern, SearchOption.AllDirectories)
            .Select(path => (Path.GetRelativePath(Root, path), File.ReadAllText(path)))
            .Where(file => !file.Item1.Contains("/obj/", StringComparison.Ordinal))
            .OrderBy(file => file.Item1, StringComparer.Ordinal);

    /// <summary>The text without comments and string contents, so that words in them don't count as code.</summary>
    public static string CodeOnly(string text) => Literals().Replace(Comments().Replace(text, ""), "\"\"");

    private static string FindRoot([CallerFilePath] string here = "")
    {
        for (DirectoryInfo? d = new FileInfo(here).Directory; d is not null; d = d.Parent)
        {
            if (File.Exists(Path.Combine(d.FullName, "NmVpnPlugin.sln")))
            {
                return d.FullName;
            }
        }

        throw new InvalidOperationException("The repository's root is not above this file.");
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex("\"(\\\\.|[^\"\\\\\\n])*\"")]
    private static partial Regex Literals();
}
