namespace TestServers.Ppp;

/// <summary>Sees every frame that the PPP peer sends, and decides whether it goes out.</summary>
internal interface IPppFrameFilter
{
    bool Accept(ReadOnlySpan<byte> frame);
}
