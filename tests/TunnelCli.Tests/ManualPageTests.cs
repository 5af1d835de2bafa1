using System.Diagnostics;
using System.Runtime.CompilerServices;
using TunnelCli.Options;
using TunnelCli.Pptp;
using TunnelCli.Pptpsetup;
using TunnelCli.Sstpc;

namespace TunnelCli.Tests;

/// <summary>The manual pages' lists of options and the completions are made of the tables that parse.</summary>
public sealed class ManualPageTests
{
    private const string Begin = ".\\\" options: made by UPDATE_DOCS=1\n";
    private const string End = ".\\\" end of the options\n";

    public static TheoryData<string> Programs => ["sstpc", "pptp", "pptpsetup"];

    [Theory]
    [MemberData(nameof(Programs))]
    public void TheManualPage_ListsTheTable(string program)
    {
        string path = Path.Combine(Root(), "data/man", program + ".8");
        string text = File.ReadAllText(path);
        int begin = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = text.IndexOf(End, StringComparison.Ordinal);
        Assert.True(begin >= Begin.Length && end >= begin, "the markers are missing");
        string wanted = text[..begin] + Roff(program) + text[end..];
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, wanted);
            return;
        }

        Assert.Equal(wanted, text);
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void TheCompletion_OffersTheTable(string program)
    {
        const string Script = """
            source "$1"; compopt() { :; }
            COMP_WORDS=("$2" --); COMP_CWORD=1; COMPREPLY=()
            "_$2"; printf '%s\n' "${COMPREPLY[@]}"
            """;
        ProcessStartInfo start = new("bash", ["-c", Script, "bash", Path.Combine(Root(), "data/completions", program), program])
        {
            RedirectStandardOutput = true,
        };
        using Process bash = Process.Start(start)!;
        string[] offered = bash.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        bash.WaitForExit();
        Assert.Equal(Names(program).Order(StringComparer.Ordinal), offered.Order(StringComparer.Ordinal));
    }

    private static string Roff(string program) => program switch
    {
        "sstpc" => OptionHelp.Roff(SstpcOptionTable.All),
        "pptp" => OptionHelp.Roff(PptpOptionTable.All),
        _ => OptionHelp.Roff(PptpSetupOptions.Table),
    };

    private static IEnumerable<string> Names(string program) => program switch
    {
        "sstpc" => Shown(SstpcOptionTable.All),
        "pptp" => Shown(PptpOptionTable.All),
        _ => Shown(PptpSetupOptions.Table),
    };

    private static IEnumerable<string> Shown<T>(IEnumerable<OptionRow<T>> rows) => rows.Where(row => row.IsShown).Select(row => "--" + row.Name);

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../.."));
}
