namespace TunnelCore.Tests.Transport;

/// <summary>Work that blocks, on a thread of its own: the pool's few threads belong to the code under test.</summary>
internal static class Background
{
    public static Task Run(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
