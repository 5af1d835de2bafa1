using System.Diagnostics;

namespace Fuzz;

/// <summary>One target under many inputs. What has not been seen before joins the inputs that others are made from.</summary>
internal sealed class Campaign(FuzzTarget target, int seed)
{
    private const int MaxCorpus = 512;

    /// <summary>No input may take longer, on however busy a machine.</summary>
    private static readonly TimeSpan s_slow = TimeSpan.FromSeconds(5);

    private readonly Random _random = new(seed);
    private readonly List<byte[]> _corpus = [.. target.Seeds];
    private readonly HashSet<int> _outcomes = [];

    public long Inputs { get; private set; }

    public int Outcomes => _outcomes.Count;

    /// <returns>The first input with which something is wrong, made short, and what; null when time is over.</returns>
    public (byte[] Input, Exception Error)? Run(TimeSpan duration)
    {
        foreach (byte[] good in target.Seeds)
        {
            if (Try(good) is { } error)
            {
                return (good, error);
            }
        }
        Mutator mutator = new(_random);
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < duration)
        {
            byte[] input = mutator.Next(_corpus);
            if (Try(input) is { } error)
            {
                return Shorten(input, error);
            }
        }
        return null;
    }

    /// <summary>What is wrong with one input; null when nothing is.</summary>
    public Exception? Try(byte[] input)
    {
        Inputs++;
        long started = Stopwatch.GetTimestamp();
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            if (_outcomes.Add(target.Run(input)) && _corpus.Count < MaxCorpus)
            {
                _corpus.Add(input);
            }
        }
        catch (Exception e)
        {
            return e;
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        return Stopwatch.GetElapsedTime(started) > s_slow ? new PropertyException("takes too long")
            : allocated > (32 << 20) + (512L * input.Length) ? new PropertyException($"allocates {allocated} bytes")
            : null;
    }

    /// <summary>Leaves blocks out as long as the same kind of error comes of it.</summary>
    private (byte[] Input, Exception Error) Shorten(byte[] input, Exception error)
    {
        Type kind = error.GetType();
        for (int block = input.Length / 2; block > 0; block /= 2)
        {
            for (int at = 0; at + block <= input.Length;)
            {
                byte[] less = [.. input[..at], .. input[(at + block)..]];
                if (Try(less) is { } same && same.GetType() == kind)
                {
                    (input, error) = (less, same);
                }
                else
                {
                    at += block;
                }
            }
        }
        return (input, error);
    }
}
