namespace Tmds.DBus.Protocol;

/// <summary>The path of an object, as a type of its own so that it is written as <c>o</c> and not as <c>s</c>.</summary>
public readonly struct ObjectPath
{
    private readonly string? _value;

    /// <summary>Wraps a path. Its grammar is checked where it is written.</summary>
    /// <exception cref="ArgumentException"><paramref name="value"/> is empty.</exception>
    public ObjectPath(string value)
    {
        ArgumentException.ThrowIfNullOrEmpty(value);
        _value = value;
    }

    public static implicit operator string(ObjectPath value) => value._value ?? "";

    public static implicit operator ObjectPath(string value) => new(value);

    public override string ToString() => _value ?? "";
}
