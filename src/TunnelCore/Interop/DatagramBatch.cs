using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>
/// Memory for many datagrams and the kernel's description of it, made once: one system call then receives or sends them all. The
/// memory is pinned for life and belongs to the collector, so that a late user of a slot reads old bytes at worst. One thread.
/// </summary>
internal sealed class DatagramBatch
{
    private readonly byte[] _memory;
    private readonly BatchedMessage.Vector[] _vectors;
    private readonly BatchedMessage[] _messages;
    private readonly int _slotSize;

    /// <param name="count">Datagrams.</param>
    /// <param name="slotSize">Most bytes of one.</param>
    public DatagramBatch(int count, int slotSize)
    {
        _slotSize = slotSize;
        _memory = GC.AllocateUninitializedArray<byte>(count * slotSize, pinned: true);
        _vectors = GC.AllocateArray<BatchedMessage.Vector>(count, pinned: true);
        _messages = GC.AllocateArray<BatchedMessage>(count, pinned: true);
        for (int i = 0; i < count; i++)
        {
            SetRange(i, 0, slotSize);
            _messages[i].Header.Vectors = Marshal.UnsafeAddrOfPinnedArrayElement(_vectors, i);
            _messages[i].Header.VectorCount = 1;
        }
    }

    public int Capacity => _messages.Length;

    public Span<byte> Slot(int index) => _memory.AsSpan(index * _slotSize, _slotSize);

    /// <summary>What was received into a slot; cut off when <see cref="IsTruncated"/>.</summary>
    public ReadOnlySpan<byte> Received(int index) => _memory.AsSpan(index * _slotSize, Math.Min((int)_messages[index].Length, _slotSize));

    public bool IsTruncated(int index) => (_messages[index].Header.Flags & Libc.MSG_TRUNC) != 0;

    /// <summary>Which part of a slot is the datagram to send.</summary>
    public void SetRange(int index, int start, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + length, _slotSize);
        _vectors[index].Start = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, (index * _slotSize) + start);
        _vectors[index].Length = length;
    }

    /// <summary>Takes what is there, without waiting.</summary>
    /// <returns>Number of datagrams, or -1 with errno.</returns>
    public int Receive(FileDescriptor socket) =>
        Libc.RecvMmsg(socket, Marshal.UnsafeAddrOfPinnedArrayElement(_messages, 0), (uint)_messages.Length, Libc.MSG_DONTWAIT, 0);

    /// <summary>Sends the slots from <paramref name="first"/> on, waits for room in the socket's buffer.</summary>
    /// <returns>Number of datagrams sent, at least 1, or -1 with errno when the first of them failed.</returns>
    public int Send(FileDescriptor socket, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, _messages.Length);
        return Libc.SendMmsg(socket, Marshal.UnsafeAddrOfPinnedArrayElement(_messages, first), (uint)count, Libc.MSG_NOSIGNAL);
    }
}
