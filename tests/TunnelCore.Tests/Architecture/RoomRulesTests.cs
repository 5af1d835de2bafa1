using System.Text.RegularExpressions;

namespace TunnelCore.Tests.Architecture;

/// <summary>The rules under the table of rooms in docs/architecture.md.</summary>
public sealed partial class RoomRulesTests
{
    /// <summary>Which rooms of TunnelCore a room may name. A room may always name itself.</summary>
    private static readonly Dictionary<string, string[]> s_mayUse = new()
    {
        ["Buffers"] = [],
        ["Diagnostics"] = [],
        ["Interop"] = [],
        ["Wire"] = ["Buffers"],
        ["Link"] = ["Buffers", "Diagnostics"],
        ["Sstp"] = ["Buffers", "Diagnostics", "Wire", "Link"],
        ["Pptp"] = ["Buffers", "Diagnostics", "Wire", "Link"],
        ["Ppp"] = ["Buffers", "Diagnostics", "Wire", "Link"],
        ["Net"] = ["Buffers", "Diagnostics", "Interop", "Link", "Wire"],
        ["Pppd"] = ["Buffers", "Diagnostics", "Interop", "Link", "Net", "Wire"],
        ["Transport"] = ["Buffers", "Diagnostics", "Interop", "Link", "Net", "Sstp", "Pptp", "Wire"],
        ["Session"] = ["Buffers", "Diagnostics", "Interop", "Link", "Net", "Sstp", "Pptp", "Ppp", "Pppd", "Transport", "Wire"],
    };

    private static readonly string[] s_pureRooms = ["Wire", "Sstp", "Pptp", "Ppp", "Buffers"];

    [Fact]
    public void EveryRoomIsInTheTable()
    {
        IEnumerable<string> rooms = Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src/TunnelCore"))
            .Select(Path.GetFileName).Where(name => name is not ("obj" or "bin"))!;
        Assert.Empty(rooms.Except(s_mayUse.Keys));
    }

    [Fact]
    public void DependenciesPointOneWay()
    {
        List<string> wrong = [];
        foreach ((string path, string text) in SourceTree.Files("src/TunnelCore"))
        {
            string room = path.Split('/')[2];
            foreach (Match use in RoomUse().Matches(SourceTree.CodeOnly(text)))
            {
                string used = use.Groups[1].Value;
                if (used != room && s_mayUse.ContainsKey(used) && !s_mayUse[room].Contains(used))
                {
                    wrong.Add($"{path} names TunnelCore.{used}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void TunnelCoreKnowsNoBusNoNetworkManagerNoConsole() =>
        Assert.Empty(Offenders("src/TunnelCore", BusWords()));

    [Fact]
    public void ProgramsAndServiceOpenNoSockets()
    {
        Assert.Empty(Offenders("src/NmPlugin", SocketWords()));
        Assert.Empty(Offenders("src/TunnelCli", SocketWords()));
    }

    [Fact]
    public void WireAndMachinesTouchNoClockNoTaskNoSocket() =>
        Assert.Empty(s_pureRooms.Where(room => Directory.Exists(Path.Combine(SourceTree.Root, "src/TunnelCore", room)))
            .SelectMany(room => Offenders("src/TunnelCore/" + room, ImpureWords())));

    [Fact]
    public void NativeCallsAndUnsafeCodeLiveInInterop() =>
        Assert.Empty(Offenders("src", NativeWords()).Where(line => !line.StartsWith("src/TunnelCore/Interop/", StringComparison.Ordinal)));

    /// <summary>Unsubscribing can deadlock in the runtime while addresses change (see AddressChanges).</summary>
    [Fact]
    public void OnlyAddressChangesSubscribesToTheNetwork() =>
        Assert.Empty(Offenders("src", NetworkEventWords()).Where(line => !line.StartsWith("src/TunnelCore/Session/AddressChanges.cs: NetworkAddressChanged +=", StringComparison.Ordinal)));

    [Fact]
    public void FilesAndFunctionsStayReadable()
    {
        List<string> wrong = [];
        foreach ((string path, string text) in SourceTree.Files("src"))
        {
            string[] lines = text.Split('\n');
            if (lines.Length > 700)
            {
                wrong.Add($"{path}: {lines.Length} lines");
            }

            wrong.AddRange(LongFunctions(lines).Select(found => $"{path}:{found.Line}: {found.Length} lines in one function"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void LongFunctionsAreFound()
    {
        string[] lines = ["class A", "{", "    void B()", "    {", .. Enumerable.Repeat("        C();", 81), "    }", "}"];
        Assert.Equal([(3, 82)], LongFunctions(lines));
        lines[2] = "    class B";
        Assert.Empty(LongFunctions(lines));
    }

    private static IEnumerable<(int Line, int Length)> LongFunctions(string[] lines)
    {
        for (int start = 0; start < lines.Length; start++)
        {
            string line = lines[start];
            string indent = line[..^line.TrimStart().Length];
            if (line.Trim() != "{" || indent.Length is not (4 or 8) || IsTypeHeader(lines, start))
            {
                continue;
            }

            int end = Array.IndexOf(lines, indent + "}", start);
            if (end - start > 80)
            {
                yield return (start, end - start);
            }
        }
    }

    private static bool IsTypeHeader(string[] lines, int brace)
    {
        for (int i = brace - 1; i >= 0 && lines[i].Trim().Length > 0 && !lines[i].TrimEnd().EndsWith(';') && lines[i].Trim() is not ("}" or "{"); i--)
        {
            if (TypeWords().IsMatch(lines[i]))
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<string> Offenders(string under, Regex words) =>
        from file in SourceTree.Files(under)
        from match in words.Matches(SourceTree.CodeOnly(file.Text))
        select $"{file.Path}: {match.Value}";

    [GeneratedRegex(@"\bTunnelCore\.(\w+)")]
    private static partial Regex RoomUse();

    [GeneratedRegex(@"\bTmds\.DBus|\bNetworkManager\b|\bConsole\.")]
    private static partial Regex BusWords();

    [GeneratedRegex(@"\bSystem\.Net\.Sockets\b|\bnew Socket\b|\bTcpClient\b")]
    private static partial Regex SocketWords();

    [GeneratedRegex(@"\bSystem\.Net\.Sockets\b|\bTask\b|\bThread\b|\bTimer\b|\bDateTime(Offset)?\.(Utc)?Now\b|\bStopwatch\b|\bTimeProvider\b|\bEnvironment\.TickCount|\bILogger\b|\basync\b")]
    private static partial Regex ImpureWords();

    [GeneratedRegex(@"\bNetwork(Address|Availability)Changed\s*[-+]=")]
    private static partial Regex NetworkEventWords();

    [GeneratedRegex(@"\bLibraryImport\b|\bDllImport\b|\bunsafe\b")]
    private static partial Regex NativeWords();

    [GeneratedRegex(@"\b(class|struct|record|interface|enum)\b")]
    private static partial Regex TypeWords();
}
