namespace TunnelCore.Diagnostics;

/// <summary>Ends an attempt with a known cause. The message is the sentence for the user.</summary>
public sealed class TunnelException : Exception
{
    public TunnelException(Failure failure, Exception? inner = null)
        : base(failure?.Sentence, inner)
    {
        ArgumentNullException.ThrowIfNull(failure);
        Failure = failure;
    }

    public TunnelException(Cause cause, string detail = "", Exception? inner = null)
        : this(new Failure(cause, detail), inner)
    {
    }

    public Failure Failure { get; }
}
