namespace TunnelCore.Net;

/// <summary>The files that decide about a server's certificate, read.</summary>
internal sealed record TlsFiles(TrustAnchors Anchors, RevocationLists? Revocations) : IDisposable
{
    /// <summary>Throws TunnelException(MissingFile) with the path and the reason. May block for as long as a file system does.</summary>
    public static TlsFiles Load(TlsOptions options)
    {
        TrustAnchors anchors = TrustAnchors.Load(options);
        try
        {
            return new TlsFiles(anchors, RevocationLists.Load(options));
        }
        catch
        {
            anchors.Dispose();
            throw;
        }
    }

    /// <summary>As <see cref="Load"/>, without blocking.</summary>
    public static async Task<TlsFiles> LoadAsync(TlsOptions options, CancellationToken cancellation) =>
        options is { CaFile: null, CaDirectory: null, CrlFile: null, CrlDirectory: null }
            ? Load(options)
            : await FileWork.RunAsync(() => Load(options), cancellation).ConfigureAwait(false);

    public void Dispose() => Anchors.Dispose();
}
