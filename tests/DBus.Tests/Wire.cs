using System.Text;

namespace DBus.Tests;

/// <summary>An encoder of its own, in either byte order and without any check, to make good and bad messages with.</summary>
internal sealed class Wire(bool isBigEndian)
{
    private readonly List<byte> _bytes = [];

    public int Length => _bytes.Count;

    public byte[] ToArray() => [.. _bytes];

    public Wire Align(int alignment, byte padding = 0)
    {
        while (_bytes.Count % alignment != 0)
        {
            _bytes.Add(padding);
        }

        return this;
    }

    public Wire Byte(byte value)
    {
        _bytes.Add(value);
        return this;
    }

    public Wire Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public Wire Number(ulong value, int size)
    {
        Align(size);
        byte[] bytes = [.. BitConverter.GetBytes(value).Take(size)];
        if (isBigEndian)
        {
            System.Array.Reverse(bytes);
        }

        return Raw(bytes);
    }

    public Wire U32(uint value) => Number(value, 4);

    public Wire Text(string text) => Text(Encoding.UTF8.GetBytes(text));

    public Wire Text(byte[] text) => U32((uint)text.Length).Raw(text).Byte(0);

    public Wire Signature(string signature) => Byte((byte)signature.Length).Raw(Encoding.UTF8.GetBytes(signature)).Byte(0);

    /// <summary>The array's length is what the elements need; padding before the first one is not counted.</summary>
    public Wire Array(int alignment, Action<Wire> elements)
    {
        Align(4);
        int at = Length;
        U32(0);
        Align(alignment);
        int first = Length;
        elements(this);
        PatchU32(at, (uint)(Length - first));
        return this;
    }

    public void PatchU32(int at, uint value)
    {
        byte[] number = new Wire(isBigEndian).U32(value).ToArray();
        for (int i = 0; i < 4; i++)
        {
            _bytes[at + i] = number[i];
        }
    }

    public Wire Field(byte code, string type, string value)
    {
        Align(8).Byte(code).Signature(type);
        return type == "g" ? Signature(value) : Text(value);
    }

    public Wire Field(byte code, uint value) => Align(8).Byte(code).Signature("u").U32(value);

    /// <summary>A whole message.</summary>
    public static byte[] Message(bool isBigEndian, byte type, Action<Wire> fields, Action<Wire>? body = null, uint serial = 1, byte flags = 0)
    {
        var bytes = new Wire(isBigEndian);
        body?.Invoke(bytes);
        return Message(isBigEndian, type, fields, bytes.ToArray(), serial, flags);
    }

    private static byte[] Message(bool isBigEndian, byte type, Action<Wire> fields, byte[] body, uint serial, byte flags)
        => new Wire(isBigEndian)
            .Raw(isBigEndian ? (byte)'B' : (byte)'l', type, flags, 1)
            .U32((uint)body.Length)
            .U32(serial)
            .Array(8, fields)
            .Align(8)
            .Raw(body)
            .ToArray();

    /// <summary>A signal with a body.</summary>
    public static byte[] Signal(bool isBigEndian, string signature, Action<Wire> body, string? sender = null)
        => Message(
            isBigEndian,
            4,
            w =>
            {
                w.Field(1, "o", "/p").Field(2, "s", "a.b").Field(3, "s", "M").Field(8, "g", signature);
                if (sender is not null)
                {
                    w.Field(7, "s", sender);
                }
            },
            body);
}
