using System.Globalization;

namespace TunnelCli.Options;

/// <summary>Values of options that are numbers.</summary>
internal static class Numbers
{
    public static int Whole(string option, string text, int min, int max, int exitStatus)
    {
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= min && value <= max
            ? value
            : throw new OptionException($"--{option} must be a number from {min} to {max}", exitStatus);
    }

    /// <summary>Decimal or 0x…</summary>
    public static int WithBase(string option, string text, int exitStatus)
    {
        bool hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return uint.TryParse(hex ? text.AsSpan(2) : text, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out uint value)
            ? unchecked((int)value)
            : throw new OptionException($"--{option} must be a number, decimal or with 0x in front", exitStatus);
    }

    /// <summary>Seconds, with a fraction.</summary>
    public static TimeSpan Seconds(string option, string text, double min, double max, int exitStatus)
    {
        return double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out double value)
            && value >= min && value <= max
            ? TimeSpan.FromSeconds(value)
            : throw new OptionException(
                string.Create(CultureInfo.InvariantCulture, $"--{option} must be a number of seconds from {min} to {max}"), exitStatus);
    }
}
