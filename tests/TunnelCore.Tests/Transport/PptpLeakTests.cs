using System.Net.Sockets;
using TestServers.Pptp;

namespace TunnelCore.Tests.Transport;

/// <summary>Nothing is left of a tunnel. Counts what the whole process has open, so it runs alone.</summary>
[Collection("alone")]
public sealed class PptpLeakTests
{
    [CollectionDefinition("alone", DisableParallelization = true)]
    public sealed class Alone;

    [RootFact]
    public async Task ManyTunnels_LeaveNoDescriptorAndNoThread()
    {
        // The first ones bring the runtime's own descriptors and threads.
        await RunAsync(5);
        int descriptors = Descriptors();
        await RunAsync(30);
        await UntilAsync(() => Descriptors() <= descriptors && Threads() == 0);
        Assert.True(Descriptors() <= descriptors, $"{Descriptors()} descriptors, {descriptors} before");
        Assert.Equal(0, Threads());
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 100 && !condition(); i++)
        {
            await Task.Delay(20);
        }
    }

    private static async Task RunAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            int kind = i % 5;
            await using PptpRig rig = new(session => ServeAsync(session, kind));
            try
            {
                await rig.UpAsync();
                rig.Send(PptpRig.Frame(1));
                if (kind == 0)
                {
                    // Control and downlink; this also shows that the count below can see them.
                    await UntilAsync(() => Threads() == 2);
                    Assert.Equal(2, Threads());
                }
            }
            catch (Diagnostics.TunnelException)
            {
                Assert.True(kind is 1 or 2);
            }

            if (kind != 4)
            {
                await rig.CloseAsync();
            }
        }
    }

    private static async Task ServeAsync(PptpServerSession session, int kind)
    {
        if (kind == 1)
        {
            session.Reset();
            return;
        }

        if (kind == 2)
        {
            await session.AcceptControlAsync();
            await session.SendAsync(ControlCodec.MakeCallReply(0, session.ClientCallId, 7));
        }
        else
        {
            await session.AcceptCallAsync();
        }

        if (kind == 3)
        {
            session.Fin();
        }

        try
        {
            await session.ServeAsync();
        }
        catch (SocketException)
        {
            // The client was disposed of without a farewell.
        }
    }

    private static int Descriptors() => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count();

    private static int Threads() => Directory.EnumerateDirectories("/proc/self/task").Count(task =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).StartsWith("pptp", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });
}
