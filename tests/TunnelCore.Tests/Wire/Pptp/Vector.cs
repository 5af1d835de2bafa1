using System.Globalization;

namespace TunnelCore.Tests.Wire.Pptp;

/// <summary>Bytes written as hex with blanks; <c>00*59</c> stands for 59 times that byte.</summary>
internal static class Vector
{
    public static byte[] Bytes(string text)
    {
        List<byte> bytes = [];
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            int star = part.IndexOf('*', StringComparison.Ordinal);
            bytes.AddRange(star < 0
                ? Convert.FromHexString(part)
                : Enumerable.Repeat(Convert.FromHexString(part[..star])[0], int.Parse(part[(star + 1)..], CultureInfo.InvariantCulture)));
        }

        return [.. bytes];
    }
}
