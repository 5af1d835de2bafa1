using System.Threading.Channels;

namespace DBus.Contract.Tests;

/// <summary>What observers saw, in order. Waited for without blocking: a test may well be running inside a read loop.</summary>
public sealed class Inbox<T>
{
    private readonly Channel<T> _items = Channel.CreateUnbounded<T>();

    public bool IsEmpty => _items.Reader.Count == 0;

    public void Add(T item) => _items.Writer.TryWrite(item);

    public Task<T> NextAsync() => _items.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
}
