using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Tests.Architecture;

namespace TunnelCore.Tests;

/// <summary>docs/troubleshooting.md is the table of causes in prose; this keeps the two one.</summary>
public sealed class TroubleshootingTests
{
    private const string Begin = "<!-- table of causes: made by UPDATE_DOCS=1 ./test.sh unit -->";
    private const string End = "<!-- end of the table -->";

    [Fact]
    public void TheDocumentHoldsTheTable()
    {
        string path = Path.Combine(SourceTree.Root, "docs/troubleshooting.md");
        string text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal);
        int end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= 0 && end > begin, "the markers of the table are missing");
        string wanted = text[..begin] + Begin + "\n\n" + Table() + "\n" + text[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, wanted);
            return;
        }

        Assert.Equal(wanted, text);
    }

    private static string Table()
    {
        StringBuilder table = new("| Code | What it says | What to do | NetworkManager says |\n|---|---|---|---|\n");
        foreach (CauseInfo row in CauseTable.All)
        {
            string reason = row.Kind switch
            {
                FailureKind.LoginFailed => "login failed",
                FailureKind.BadIpConfig => "invalid configuration",
                FailureKind.ConnectFailed => "connect failed",
                _ => "–",
            };
            table.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"| `{row.Code}` | {row.Sentence.Replace("{0}", "…", StringComparison.Ordinal)} | {row.Remedy ?? "–"} | {reason} |\n");
        }

        return table.ToString();
    }
}
