using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Tmds.DBus.Protocol;

/// <summary>A dictionary under construction, for example <c>Dict&lt;string, string&gt;</c> for <c>a{ss}</c>. It is read-only once converted.</summary>
public sealed class Dict<TKey, TValue> : IDictionary<TKey, TValue>, IVariantValueConvertable
    where TKey : notnull
    where TValue : notnull
{
    private static readonly string KeySignature = TypeNames.Of<TKey>();
    private static readonly string ValueSignature = TypeNames.Of<TValue>();

    private readonly Dictionary<TKey, TValue> _items;
    private bool _isReadOnly;

    public Dict() => _items = [];

    public Dict(IDictionary<TKey, TValue> dictionary) => _items = new Dictionary<TKey, TValue>(dictionary);

    public int Count => _items.Count;

    ICollection<TKey> IDictionary<TKey, TValue>.Keys => _items.Keys;

    ICollection<TValue> IDictionary<TKey, TValue>.Values => _items.Values;

    bool ICollection<KeyValuePair<TKey, TValue>>.IsReadOnly => _isReadOnly;

    public TValue this[TKey key]
    {
        get => _items[key];
        set => Writable()[key] = value;
    }

    public static implicit operator VariantValue(Dict<TKey, TValue> value) => value.AsVariantValue();

    public VariantValue AsVariantValue()
    {
        _isReadOnly = true;
        return VariantValue.Dictionary(
            (DBusType)KeySignature[0],
            Encoding.ASCII.GetBytes(ValueSignature),
            [.. _items.Select(e => KeyValuePair.Create(TypeNames.ToValue(e.Key), TypeNames.ToValue(e.Value)))]);
    }

    public void Add(TKey key, TValue value) => Writable().Add(key, value);

    public bool ContainsKey(TKey key) => _items.ContainsKey(key);

    public bool Remove(TKey key) => Writable().Remove(key);

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => _items.TryGetValue(key, out value);

    public void Clear() => Writable().Clear();

    void ICollection<KeyValuePair<TKey, TValue>>.Add(KeyValuePair<TKey, TValue> item) => Writable().Add(item.Key, item.Value);

    bool ICollection<KeyValuePair<TKey, TValue>>.Contains(KeyValuePair<TKey, TValue> item) => _items.Contains(item);

    void ICollection<KeyValuePair<TKey, TValue>>.CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
        => ((ICollection<KeyValuePair<TKey, TValue>>)_items).CopyTo(array, arrayIndex);

    bool ICollection<KeyValuePair<TKey, TValue>>.Remove(KeyValuePair<TKey, TValue> item)
        => ((ICollection<KeyValuePair<TKey, TValue>>)Writable()).Remove(item);

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    private Dictionary<TKey, TValue> Writable()
        => _isReadOnly ? throw new InvalidOperationException("The dictionary has been converted to a value.") : _items;
}
