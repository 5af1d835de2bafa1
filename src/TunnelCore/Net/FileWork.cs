namespace TunnelCore.Net;

/// <summary>Reads files on a thread of its own, because a file system may take its time: whoever cancels does not wait for it.</summary>
internal static class FileWork
{
    /// <param name="read">Its result is disposed, unseen, when it comes too late.</param>
    /// <param name="cancellation">Ends the waiting, not the reading.</param>
    public static async Task<T> RunAsync<T>(Func<T> read, CancellationToken cancellation)
        where T : IDisposable
    {
        Task<T> work = Task.Factory.StartNew(read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await work.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = DisposeLateAsync(work);
            throw;
        }
    }

    private static async Task DisposeLateAsync<T>(Task<T> work)
        where T : IDisposable
    {
        await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (work.IsCompletedSuccessfully)
        {
            (await work.ConfigureAwait(false)).Dispose();
        }
    }
}
