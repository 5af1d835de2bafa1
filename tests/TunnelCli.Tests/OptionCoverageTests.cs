using System.Reflection;
using System.Runtime.CompilerServices;
using TunnelCli.Pptp;
using TunnelCli.Pptpsetup;
using TunnelCli.Sstpc;

namespace TunnelCli.Tests;

/// <summary>Every option of the tables has a test that shows its effect, and every such test names options that exist.</summary>
public sealed class OptionCoverageTests
{
    /// <summary>Options that need another machine's routes or a pppd: shown by the checks in these files, which hold these texts.</summary>
    private static readonly (string Program, string Option, string File, string Text)[] s_elsewhere =
    [
        ("sstpc", "save-server-route", "tests/defects/defectlib/rows_sstp.py", "\"--save-server-route\""),
        ("sstpc", "user", "tests/defects/defectlib/rows_sstp.py", "\"--user\", \"user\", \"--password\", SECRET"),
        ("sstpc", "password", "tests/defects/defectlib/rows_sstp.py", "\"--user\", \"user\", \"--password\", SECRET"),
        ("sstpc", "priv-user", "tests/defects/defectlib/rows_sstp.py", "\"--priv-user\", \"nobody\""),
        ("sstpc", "priv-group", "tests/defects/defectlib/rows_sstp.py", "\"--priv-group\", \"daemon\""),
        ("sstpc", "priv-dir", "tests/defects/defectlib/rows_sstp.py", "\"--priv-dir\", \"/run/root\""),
        ("pptp", "nohostroute", "tests/defects/defectlib/rows_pptp.py", "--nohostroute adds none"),
        ("pptp", "ready-descriptor", "tests/lab/lablib/programs.py", "def launch(lab)"),
    ];

    public static TheoryData<string> Programs => ["sstpc", "pptp", "pptpsetup"];

    [Theory]
    [MemberData(nameof(Programs))]
    public void EveryOption_HasATestOfItsEffect_AndEveryTestAnOption(string program)
    {
        IEnumerable<string> here = typeof(OptionCoverageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static))
            .SelectMany(method => method.GetCustomAttributes<ShowsAttribute>())
            .Where(shows => shows.Program == program)
            .SelectMany(shows => shows.Options);
        IEnumerable<string> elsewhere = s_elsewhere.Where(row => row.Program == program).Select(row => row.Option);
        Assert.Equal(Names(program).Order(StringComparer.Ordinal), here.Concat(elsewhere).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void WhatIsShownElsewhere_IsThere() => Assert.All(
        s_elsewhere, row => Assert.Contains(row.Text, File.ReadAllText(Path.Combine(Root(), row.File)), StringComparison.Ordinal));

    private static IEnumerable<string> Names(string program) => program switch
    {
        "sstpc" => SstpcOptionTable.All.Select(row => row.Name),
        "pptp" => PptpOptionTable.All.Select(row => row.Name),
        _ => PptpSetupOptions.Table.Select(row => row.Name),
    };

    private static string Root([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../.."));
}
