using System.Globalization;

namespace Tmds.DBus.Protocol;

/// <summary>Who this process is, and on which machine.</summary>
internal static class LocalIdentity
{
    private static readonly string[] MachineIdFiles = ["/var/lib/dbus/machine-id", "/etc/machine-id"];

    /// <summary>The effective uid in decimal; null where the kernel does not tell (the server then asks the socket).</summary>
    public static string? UserId { get; } = ReadUserId();

    /// <summary>32 hex digits; zeros if the machine has no id.</summary>
    public static string MachineId { get; } = ReadMachineId();

    private static string? ReadUserId()
    {
        try
        {
            // Uid: real effective saved filesystem
            string? line = File.ReadLines("/proc/self/status").FirstOrDefault(static l => l.StartsWith("Uid:", StringComparison.Ordinal));
            string[] fields = line?.Split('\t', StringSplitOptions.RemoveEmptyEntries) ?? [];
            return fields.Length >= 3 && uint.TryParse(fields[2], CultureInfo.InvariantCulture, out uint uid)
                ? uid.ToString(CultureInfo.InvariantCulture)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string ReadMachineId()
    {
        foreach (string file in MachineIdFiles)
        {
            try
            {
                string id = File.ReadAllText(file).Trim();
                if (id.Length == 32 && id.All(char.IsAsciiHexDigit))
                {
                    return id;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The next file may do.
            }
        }

        return new string('0', 32);
    }
}
