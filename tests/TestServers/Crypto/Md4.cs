using System.Buffers.Binary;
using System.Numerics;

namespace TestServers.Crypto;

/// <summary>MD4 (RFC 1320), written from the RFC because .NET has none; only for NT password hashes in tests.</summary>
internal static class Md4
{
    public const int Size = 16;

    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        int padded = (data.Length + 8) / 64 * 64 + 64;
        byte[] message = new byte[padded];
        data.CopyTo(message);
        message[data.Length] = 0x80;
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(padded - 8), (ulong)data.Length * 8);
        Span<uint> state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
        for (int offset = 0; offset < padded; offset += 64)
        {
            Block(state, message.AsSpan(offset, 64));
        }
        byte[] digest = new byte[Size];
        for (int i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(digest.AsSpan(4 * i), state[i]);
        }
        return digest;
    }

    private static void Block(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> x = stackalloc uint[16];
        for (int i = 0; i < 16; i++)
        {
            x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        }
        ReadOnlySpan<byte> order2 = [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15];
        ReadOnlySpan<byte> order3 = [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15];
        ReadOnlySpan<byte> shifts = [3, 7, 11, 19, 3, 5, 9, 13, 3, 9, 11, 15];
        uint a = state[0], b = state[1], c = state[2], d = state[3];
        for (int i = 0; i < 48; i++)
        {
            int round = i / 16, step = i % 16;
            (uint mix, uint word) = round switch
            {
                0 => ((b & c) | (~b & d), x[step]),
                1 => (((b & c) | (b & d) | (c & d)) + 0x5a827999, x[order2[step]]),
                _ => ((b ^ c ^ d) + 0x6ed9eba1, x[order3[step]]),
            };
            uint next = BitOperations.RotateLeft(a + mix + word, shifts[(4 * round) + (step % 4)]);
            (a, b, c, d) = (d, next, b, c);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
    }
}
