using TunnelCore.Diagnostics;

namespace NmPlugin.Profile;

/// <summary>Makes text from a profile fit for one line of a log or a D-Bus error.</summary>
internal static class Printable
{
    private const int MaxLength = 80;

    /// <summary>In quotes and cut after 80 characters; what does not print, or turns the direction of reading, is escaped.</summary>
    public static string Quote(string text) => $"'{PrintableText.From(text, MaxLength)}'";
}
