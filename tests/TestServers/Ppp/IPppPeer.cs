namespace TestServers.Ppp;

/// <summary>The server's end of PPP. One thread reads, another writes.</summary>
internal interface IPppPeer : IDisposable
{
    /// <summary>Waits for frames and packs what there is; false when the peer has ended.</summary>
    bool Read(PacketBatch batch);

    /// <summary>Takes one frame; it may stay buffered until <see cref="Flush"/>.</summary>
    void Write(ReadOnlySpan<byte> frame);

    void Flush();

    /// <summary>Asks the peer to end (LCP Terminate and all); <see cref="Read"/> then comes to its end.</summary>
    void Stop();
}
