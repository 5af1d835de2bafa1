using System.Buffers.Binary;

namespace Fuzz;

/// <summary>Makes inputs out of inputs: single octets, lengths, blocks, two inputs grown together.</summary>
internal sealed class Mutator(Random random)
{
    private const int MaxLength = 128 * 1024;

    private static readonly uint[] s_numbers = [0, 1, 2, 3, 4, 5, 7, 8, 0x0F, 0x10, 0x7F, 0x80, 0xFF, 0x100, 0xFFF, 0x1000, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF];

    public byte[] Next(IReadOnlyList<byte[]> corpus)
    {
        byte[] input = corpus[random.Next(corpus.Count)];
        for (int changes = 1 + random.Next(1 + random.Next(8)); changes > 0; changes--)
        {
            input = Change(input, corpus);
        }
        return input.Length <= MaxLength ? input : input[..MaxLength];
    }

    private byte[] Change(byte[] input, IReadOnlyList<byte[]> corpus)
    {
        if (input.Length == 0)
        {
            return Bytes(1 + random.Next(32));
        }
        int at = random.Next(input.Length);
        int length = 1 + random.Next(Math.Min(input.Length - at, 1 << random.Next(12)));
        return random.Next(11) switch
        {
            0 => With(input, copy => copy[at] ^= (byte)(1 << random.Next(8))),
            1 => With(input, copy => copy[at] = (byte)random.Next(256)),
            2 or 3 => With(input, copy => WriteNumber(copy.AsSpan(at))),
            4 => With(input, copy => copy[at] = (byte)(copy[at] + random.Next(-4, 5))),
            5 => input[..at],
            6 => [.. input[..at], .. input[(at + length)..]],
            7 => [.. input[..at], .. Bytes(length), .. input[at..]],
            8 => [.. input[..(at + length)], .. Repeat(input.AsSpan(at, length)), .. input[(at + length)..]],
            9 => Splice(input[..at], corpus[random.Next(corpus.Count)]),
            _ => With(input, copy => random.NextBytes(copy.AsSpan(at, length))),
        };
    }

    private static byte[] With(byte[] input, Action<byte[]> change)
    {
        byte[] copy = [.. input];
        change(copy);
        return copy;
    }

    private byte[] Splice(byte[] head, byte[] other) => [.. head, .. other[random.Next(other.Length + 1)..]];

    private byte[] Bytes(int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private byte[] Repeat(ReadOnlySpan<byte> block)
    {
        byte[] all = new byte[block.Length * (1 + random.Next(random.Next(20) == 0 ? 256 : 4))];
        for (int i = 0; i < all.Length; i += block.Length)
        {
            block.CopyTo(all.AsSpan(i));
        }
        return all;
    }

    /// <summary>A number at the edge of something, in any of the widths and orders that lengths have.</summary>
    private void WriteNumber(Span<byte> to)
    {
        uint number = s_numbers[random.Next(s_numbers.Length)];
        switch (random.Next(5))
        {
            case 0 when to.Length >= 2:
                BinaryPrimitives.WriteUInt16BigEndian(to, (ushort)number);
                break;
            case 1 when to.Length >= 2:
                BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)number);
                break;
            case 2 when to.Length >= 4:
                BinaryPrimitives.WriteUInt32BigEndian(to, number);
                break;
            case 3 when to.Length >= 4:
                BinaryPrimitives.WriteUInt32LittleEndian(to, number);
                break;
            default:
                to[0] = (byte)number;
                break;
        }
    }
}
