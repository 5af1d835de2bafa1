using System.Text;

namespace NmPlugin.Tests.Support;

/// <summary>Gives a beginning and then the same bytes over and over; nothing more when there are none to repeat.</summary>
internal sealed class EndlessStream(byte[] repeated, string beginning) : MemoryStream(Encoding.ASCII.GetBytes(beginning))
{
    /// <summary>Most bytes per read.</summary>
    public int Chunk { get; init; } = int.MaxValue;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Span<byte> target = buffer.Span[..Math.Min(buffer.Length, Chunk)];
        int count = Read(target);
        for (; count + repeated.Length <= target.Length && repeated.Length > 0; count += repeated.Length)
        {
            repeated.CopyTo(target[count..]);
        }
        return ValueTask.FromResult(count);
    }
}
