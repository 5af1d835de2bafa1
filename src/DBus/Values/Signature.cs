using System.Text;

namespace Tmds.DBus.Protocol;

/// <summary>A signature as a value of its own, written as <c>g</c>.</summary>
public readonly struct Signature
{
    private readonly string? _value;

    /// <summary>Wraps a signature given in ASCII. Its grammar is checked where it is written.</summary>
    public Signature(ReadOnlySpan<byte> value) => _value = Encoding.ASCII.GetString(value);

    public static implicit operator Signature(ReadOnlySpan<byte> value) => new(value);

    public override string ToString() => _value ?? "";
}
