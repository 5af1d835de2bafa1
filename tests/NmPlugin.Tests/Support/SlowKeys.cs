using NmPlugin.Profile;
using NmPlugin.Service;
using TunnelCore.Net;

namespace NmPlugin.Tests.Support;

/// <summary>Private keys on a file system that answers when the test says so.</summary>
internal sealed class SlowKeys : IDisposable
{
    private readonly SemaphoreSlim _answers = new(0);
    private readonly SemaphoreSlim _asked = new(0);

    public SlowKeys() => Files = new ConnectionFiles(new SettingsFiles("/nonexistent"), Inspect);

    public static ConnectionSettings Profile { get; } = Profiles.Base(("connection-type", "tls"), ("tls-user-cert", "/mnt/alice.p12"), ("tls-subject-name", "alice")).WithPassword(null);

    public ConnectionFiles Files { get; }

    /// <summary>Completes when somebody waits for the file system.</summary>
    public async Task AskedAsync() => Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(20)));

    public void Answer(int times = 1) => _answers.Release(times);

    public void Dispose()
    {
        // Whoever still waits may go.
        _answers.Release(1000);
    }

    private KeyProtection? Inspect(ConnectionSettings connection)
    {
        _asked.Release();
        _answers.Wait();
        return KeyProtection.Encrypted;
    }
}
