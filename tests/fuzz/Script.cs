using System.Text;

namespace Fuzz;

/// <summary>Takes an input apart into the choices and blocks of a longer story; never runs dry, but <see cref="Ended"/> says when to stop.</summary>
internal ref struct Script(ReadOnlySpan<byte> input)
{
    private ReadOnlySpan<byte> _rest = input;

    public readonly bool Ended => _rest.IsEmpty;

    public byte Byte()
    {
        if (_rest.IsEmpty)
        {
            return 0;
        }
        byte next = _rest[0];
        _rest = _rest[1..];
        return next;
    }

    public ReadOnlySpan<byte> Block(int length)
    {
        ReadOnlySpan<byte> block = _rest[..Math.Min(length, _rest.Length)];
        _rest = _rest[block.Length..];
        return block;
    }

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
