namespace DBus.Tests;

internal static class BytesExtensions
{
    public static byte[] With(this byte[] bytes, Index at, byte value)
    {
        bytes[at] = value;
        return bytes;
    }
}
