namespace TunnelCore.Interop;

/// <summary>Tells a launcher that waits for it (see <see cref="LineLauncher"/>) that this process is ready.</summary>
public static class ReadySignal
{
    public static void Give(int descriptor)
    {
        using FileDescriptor ready = new(descriptor);
        _ = Libc.Write(ready, "!"u8);
    }
}
