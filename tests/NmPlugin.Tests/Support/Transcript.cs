namespace NmPlugin.Tests.Support;

/// <summary>Lines in the order in which they happened; a test can wait for one.</summary>
internal sealed class Transcript
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lines)
            {
                return [.. _lines];
            }
        }
    }

    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
            _changed.TrySetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Completes when the line has come (for the nth time).</summary>
    public async Task WaitForAsync(string line, int times = 1)
    {
        using var deadline = new CancellationTokenSource(s_patience);
        while (true)
        {
            Task changed;
            lock (_lines)
            {
                if (_lines.Count(l => l == line) >= times)
                {
                    return;
                }
                changed = _changed.Task;
            }
            try
            {
                await changed.WaitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"'{line}' never came; there was: {this}");
            }
        }
    }

    public override string ToString() => string.Join(", ", Lines);
}
