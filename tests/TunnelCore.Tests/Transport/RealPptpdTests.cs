using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using TunnelCore.Diagnostics;

namespace TunnelCore.Tests.Transport;

/// <summary>
/// The real pptpd on loopback, with a PPP program that sends every byte of its line back: what we say is judged by a server that
/// is not ours, and every frame makes the whole way.
/// </summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class RealPptpdTests
{
    [PptpdFact]
    public async Task Frames_ComeBackFromARealServer()
    {
        string directory = Directory.CreateTempSubdirectory("pptpd-test").FullName;
        IPAddress address = new([127, 62, (byte)(Environment.ProcessId >> 8), (byte)(1 + (Environment.ProcessId % 250))]);
        using Process server = Start(directory, address);
        try
        {
            await AwaitListeningAsync(address, server);
            await using PptpRig rig = new(new IPEndPoint(address, 1723));
            await rig.UpAsync();
            // pptpd lets packets pass once its PPP program has spoken.
            Assert.Equal("FF03C02101010004", Convert.ToHexString(await rig.NextFrameAsync()));
            for (int round = 0; round < 20; round++)
            {
                int first = round * 10;
                rig.Send([.. Enumerable.Range(first, 10).Select(PptpRig.Frame)]);
                await rig.ExpectAsync([.. Enumerable.Range(first, 10)]);
            }

            Assert.Equal(0, rig.Transport.Statistics.RxLost);
            Stopwatch watch = Stopwatch.StartNew();
            await rig.CloseAsync();
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(1), $"{watch.Elapsed}");
            Assert.Equal(Cause.Cancelled, (await rig.DownAsync()).Cause);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    private static Process Start(string directory, IPAddress address)
    {
        string echo = Path.Combine(directory, "echo");
        File.WriteAllText(echo, """
            #!/bin/sh
            stty raw -echo
            printf '\176\377\175\043\300!\175!\175!\175 \175\044\321\265\176'
            exec cat
            """);
        File.SetUnixFileMode(echo, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string options = Path.Combine(directory, "options");
        File.WriteAllText(options, "");
        string configuration = Path.Combine(directory, "pptpd.conf");
        File.WriteAllText(configuration, string.Create(CultureInfo.InvariantCulture,
            $"ppp {echo}\noption {options}\nlisten {address}\nlocalip 192.0.2.1\nremoteip 192.0.2.2-9\nnoipparam\n"));
        return Process.Start(new ProcessStartInfo(PptpdFactAttribute.Pptpd, ["-f", "-c", configuration, "-p", Path.Combine(directory, "pid")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task AwaitListeningAsync(IPAddress address, Process server)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(10));
        while (true)
        {
            Assert.False(server.HasExited, "pptpd has ended");
            try
            {
                using TcpClient probe = new();
                await probe.ConnectAsync(address, 1723, limit.Token);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(20, limit.Token);
            }
        }
    }
}
