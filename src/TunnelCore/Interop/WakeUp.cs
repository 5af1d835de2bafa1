namespace TunnelCore.Interop;

/// <summary>A bell that rings when a token is cancelled: poll's ear for cancellation.</summary>
internal sealed class WakeUp : IDisposable
{
    private readonly Bell _bell = new();
    private readonly CancellationTokenRegistration _registration;

    public WakeUp(CancellationToken cancellation) =>
        _registration = cancellation.Register(static bell => ((Bell)bell!).Ring(), _bell);

    /// <summary>Valid until Dispose.</summary>
    public PollEntry Entry => new(_bell.Handle, PollEvents.In);

    public void Dispose()
    {
        // Waits for a running callback: nobody writes to a closed descriptor.
        _registration.Dispose();
        _bell.Dispose();
    }
}
