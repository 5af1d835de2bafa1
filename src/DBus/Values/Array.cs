using System.Collections;
using System.Text;

namespace Tmds.DBus.Protocol;

/// <summary>An array under construction, for example <c>Array&lt;Array&lt;uint&gt;&gt;</c> for <c>aau</c>. It is read-only once converted.</summary>
public sealed class Array<T> : IList<T>, IVariantValueConvertable
    where T : notnull
{
    private static readonly string ItemSignature = TypeNames.Of<T>();

    private readonly List<T> _items;
    private bool _isReadOnly;

    public Array() => _items = [];

    public Array(int capacity) => _items = new List<T>(capacity);

    public Array(IEnumerable<T> collection) => _items = [.. collection];

    public int Count => _items.Count;

    bool ICollection<T>.IsReadOnly => _isReadOnly;

    public T this[int index]
    {
        get => _items[index];
        set => Writable()[index] = value;
    }

    public static implicit operator VariantValue(Array<T> value) => value.AsVariantValue();

    public VariantValue AsVariantValue()
    {
        _isReadOnly = true;
        return SignatureGrammar.IsBasic(ItemSignature[0])
            ? VariantValue.Trusted("a" + ItemSignature, _items.ToArray())
            : VariantValue.Array(Encoding.ASCII.GetBytes(ItemSignature), [.. _items.Select(TypeNames.ToValue)]);
    }

    public void Add(T item) => Writable().Add(item);

    public void Clear() => Writable().Clear();

    public bool Contains(T item) => _items.Contains(item);

    public void CopyTo(T[] array, int arrayIndex) => _items.CopyTo(array, arrayIndex);

    public int IndexOf(T item) => _items.IndexOf(item);

    public void Insert(int index, T item) => Writable().Insert(index, item);

    public bool Remove(T item) => Writable().Remove(item);

    public void RemoveAt(int index) => Writable().RemoveAt(index);

    IEnumerator<T> IEnumerable<T>.GetEnumerator() => _items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _items.GetEnumerator();

    private List<T> Writable() => _isReadOnly ? throw new InvalidOperationException("The array has been converted to a value.") : _items;
}
