using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using TunnelCore.Buffers;
using TunnelCore.Link;
using TunnelCore.Pppd;
using TunnelCore.Wire.Hdlc;

namespace PppdHarness;

/// <summary>The data path without a kernel's PPP: the stand-in for pppd sends every byte back. Run under strace -f -c to count calls.</summary>
internal static class Bench
{
    public static async Task<int> RunAsync(string host, string plugin, int frames)
    {
        byte[] frame = new byte[1404];
        new Random(1).NextBytes(frame);
        Codec(frame);
        string root = Directory.CreateTempSubdirectory("pppd-bench-").FullName;
        PppdSettings settings = PppdSettings.Default with { PppdPath = host, PluginPath = plugin, RunRoot = root };
        await using PppdEngine engine = new(new PppOptions { User = "bob", Password = new Secret("right") }, settings, NullLogger.Instance);
        await engine.PrepareAsync(CancellationToken.None);
        Counter sink = new();
        IFrameReceiver downlink = engine.Start(sink);
        await foreach (PppEvent what in engine.Events.ReadAllAsync())
        {
            if (what is PppEvent.Authenticated)
            {
                engine.ConfirmAuthenticated();
            }
            else if (what is PppEvent.Ip4Up)
            {
                break;
            }
        }

        Stopwatch watch = Stopwatch.StartNew();
        for (int i = 0; i < frames; i++)
        {
            downlink.Receive(frame);
            if (i % 11 == 10)
            {
                downlink.EndOfBatch();
            }
        }

        downlink.EndOfBatch();
        bool all = SpinWait.SpinUntil(() => { Thread.Sleep(1); return sink.Frames >= frames; }, TimeSpan.FromSeconds(60));
        Console.WriteLine($"{sink.Frames} of {frames} frames both ways in {watch.ElapsedMilliseconds} ms, {sink.Flushes} flushes, complete {all}");
        await engine.StopAsync(TimeSpan.FromSeconds(2));
        Directory.Delete(root, recursive: true);
        return all ? 0 : 1;
    }

    private static void Codec(byte[] frame)
    {
        byte[] line = new byte[HdlcEncoder.MaxEncodedLength(frame.Length)];
        byte[] back = new byte[4096];
        foreach (bool controls in new[] { false, true })
        {
            int length = HdlcEncoder.Encode(frame, line, controls);
            Report($"encode, controls escaped {controls}", () => HdlcEncoder.Encode(frame, line, controls));
            Report($"decode, controls escaped {controls}", () => HdlcDecoder.Decode(line.AsSpan(1, length - 2), back, out _));
        }

        Report("FCS-16 alone", () => Fcs16.Compute(frame));
    }

    private static void Report(string what, Action action)
    {
        double best = double.MaxValue;
        for (int window = 0; window < 30; window++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < 2000; i++)
            {
                action();
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / 2000);
        }

        Console.WriteLine($"{what}: {best:0.00} us per 1404-byte frame");
    }

    private sealed class Counter : IFrameSink
    {
        private readonly byte[] _buffer = new byte[4096];
        private int _frames;

        public int Frames => Volatile.Read(ref _frames);

        public int Flushes { get; private set; }

        public Span<byte> Reserve(int maxLength) => _buffer.AsSpan(0, maxLength);

        public void Commit(int length)
        {
            if (length > 0)
            {
                Volatile.Write(ref _frames, _frames + 1);
            }
        }

        public void Flush() => Flushes++;
    }
}
