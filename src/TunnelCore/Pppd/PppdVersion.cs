using System.Diagnostics;
using System.Globalization;
using System.Text;
using TunnelCore.Interop;

namespace TunnelCore.Pppd;

/// <summary>Which pppd this is: options differ.</summary>
internal static class PppdVersion
{
    private const int MaxBytes = 4096;

    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    /// <summary>"pppd version 2.4.9" as 2.4.9; null when it does not say.</summary>
    public static Version? Ask(string pppd)
    {
        using PppdProcess process = PppdProcess.Start(pppd, ["--version"], []);
        long start = Stopwatch.GetTimestamp();
        byte[] said = new byte[MaxBytes];
        int length = 0;
        while (length < said.Length && Stopwatch.GetElapsedTime(start) < s_limit)
        {
            Span<PollEntry> poll = [new PollEntry(process.Log, PollEvents.In)];
            int ready = Libc.Poll(poll, 100);
            int count = ready > 0 ? Libc.Read(process.Log, said.AsSpan(length)) : 0;
            if (ready > 0 && count <= 0)
            {
                break;
            }

            length += Math.Max(count, 0);
        }

        process.Kill(Libc.SignalKill);
        while (!process.TryReap())
        {
            Thread.Sleep(1);
        }

        return Parse(Encoding.Latin1.GetString(said, 0, length));
    }

    internal static Version? Parse(string text)
    {
        const string Before = "version ";
        int at = text.IndexOf(Before, StringComparison.Ordinal);
        string rest = at < 0 ? "" : text[(at + Before.Length)..];
        string number = string.Concat(rest.TakeWhile(c => char.IsAsciiDigit(c) || c == '.')).Trim('.');
        return Version.TryParse(number.Contains('.', StringComparison.Ordinal) ? number : string.Create(CultureInfo.InvariantCulture, $"{number}.0"), out Version? version)
            ? version : null;
    }
}
