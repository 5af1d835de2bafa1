using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

[Collection(TimingCollection.Name)]
public sealed class TlsConnectionTests
{
    [Fact]
    public async Task S071_ThreeEnds_ThreeTexts()
    {
        Failure notify = await EndAsync((tls, _) => tls.ShutdownAsync());
        Failure fin = await EndAsync((_, socket) =>
        {
            socket.Shutdown(SocketShutdown.Send);
            return Task.Delay(200);
        });
        Failure reset = await EndAsync((_, socket) =>
        {
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
            return Task.CompletedTask;
        });
        Assert.Equal((Cause.ConnectionClosed, Cause.ConnectionClosed, Cause.ConnectionReset), (notify.Cause, fin.Cause, reset.Cause));
        Assert.Contains("orderly, with TLS close_notify", notify.Detail, StringComparison.Ordinal);
        Assert.Contains("TCP FIN without a TLS close_notify", fin.Detail, StringComparison.Ordinal);
        Assert.Contains("TCP reset", reset.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S071_ResetWhileSending_IsNoSignalDeath()
    {
        using TlsTestServer server = new(TestPki.Good, script: async (tls, socket) =>
        {
            await tls.ReadExactlyAsync(new byte[1]);
            socket.LingerState = new LingerOption(true, 0);
            socket.Close();
        });
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        Exception error = await Task.Run(() => Assert.ThrowsAny<IOException>(() =>
        {
            byte[] data = new byte[16384];
            for (int i = 0; i < 100_000; i++)
            {
                connection.Write(data);
            }
        })).WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(Cause.ConnectionReset, connection.DescribeEnd(error).Cause);
    }

    [Fact]
    public async Task S071_GarbageInsteadOfARecord_IsATlsError()
    {
        Failure failure = await EndAsync(async (_, socket) =>
        {
            await socket.SendAsync((byte[])[23, 3, 3, 0, 32, .. new byte[32]]);
            await Task.Delay(200);
        });
        Assert.Equal(Cause.ConnectionBroken, failure.Cause);
        Assert.Contains("TLS error", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Abort_UnblocksReaderAndWriterAtOnce()
    {
        using TlsTestServer server = new(TestPki.Good, script: (_, _) => Task.Delay(10_000));
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        Task<Exception?> reader = OnThread(() => _ = connection.Read(new byte[100]));
        Task<Exception?> writer = OnThread(() =>
        {
            while (true)
            {
                connection.Write(new byte[16384]);
            }
        });
        await Task.Delay(200);
        Assert.False(reader.IsCompleted || writer.IsCompleted);
        Stopwatch clock = Stopwatch.StartNew();
        connection.Abort();
        connection.Abort();
        Exception?[] errors = await Task.WhenAll(reader, writer).WaitAsync(TimeSpan.FromSeconds(2));
        Assert.InRange(clock.ElapsedMilliseconds, 0, 500);
        Assert.IsAssignableFrom<IOException>(errors[1]);
        Assert.All(errors, error => Assert.Equal(Cause.Cancelled, connection.DescribeEnd(error).Cause));
        Assert.Equal(Cause.Cancelled, connection.DescribeEnd(null).Cause);
        connection.Dispose();
        connection.Abort();
    }

    [Fact]
    public async Task Dispose_SaysCloseNotify_AndDoesNotWait()
    {
        TaskCompletionSource<int> end = new();
        using TlsTestServer server = new(TestPki.Good, script: async (_, socket) =>
        {
            // On the bare socket an encrypted alert is bytes, a FIN alone is none.
            end.SetResult(await socket.ReceiveAsync(new byte[100]));
        });
        ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        Task<Exception?> blocked = OnThread(() => _ = connection.Read(new byte[10]));
        await Task.Delay(20);
        connection.Dispose();
        await blocked.WaitAsync(TimeSpan.FromSeconds(2));
        connection.Dispose();
        Assert.InRange(await end.Task.WaitAsync(TimeSpan.FromSeconds(2)), 7, 40);

        using TlsTestServer deaf = new(TestPki.Good, script: (_, _) => Task.Delay(10_000));
        ITlsConnection full = await Dial.ConnectAsync(deaf.At(Dial.Name));
        using CancellationTokenSource enough = new(300);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (true)
            {
                await full.WriteAsync(new byte[16384], enough.Token);
            }
        });
        Stopwatch clock = Stopwatch.StartNew();
        full.Dispose();
        Assert.InRange(clock.ElapsedMilliseconds, 0, 300);
    }

    [Fact]
    public async Task Dispose_UnderABusyReaderAndWriter_EndsBoth()
    {
        using TlsTestServer server = new(TestPki.Good, script: EchoAsync);
        for (int i = 0; i < 20; i++)
        {
            ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
            Task<Exception?> reader = OnThread(() =>
            {
                byte[] buffer = new byte[65536];
                while (connection.Read(buffer) > 0)
                {
                }
            });
            Task<Exception?> writer = OnThread(() =>
            {
                byte[] buffer = new byte[16384];
                while (i % 2 == 0)
                {
                    connection.Write(buffer);
                }
            });
            await Task.Delay(10);
            connection.Dispose();
            await Task.WhenAll(reader, writer).WaitAsync(TimeSpan.FromSeconds(2));
            Assert.Throws<ObjectDisposedException>(() => connection.Write(new byte[1]));
        }
    }

    [Fact]
    public async Task SecondCallInOneDirection_IsRefused()
    {
        using TlsTestServer server = new(TestPki.Good, script: (_, _) => Task.Delay(10_000));
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        using CancellationTokenSource stop = new();
        Task first = connection.ReadAsync(new byte[10], stop.Token).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.ReadAsync(new byte[10], stop.Token));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task CancelledRead_LeavesTheConnectionUsable()
    {
        using TlsTestServer server = new(TestPki.Good, script: EchoAsync);
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        byte[] buffer = new byte[100];
        for (int i = 0; i < 20; i++)
        {
            using CancellationTokenSource stop = new(5);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await connection.ReadAsync(buffer, stop.Token));
        }
        await connection.WriteAsync("still here"u8.ToArray(), CancellationToken.None);
        Assert.Equal(10, await connection.ReadAsync(buffer, CancellationToken.None));
        // And from here on blocking.
        connection.Write("and now"u8);
        Assert.Equal(7, connection.Read(buffer));
    }

    [Fact]
    public async Task ManyRecords_ComeInFewReads()
    {
        byte[] record = new byte[1404];
        using TlsTestServer server = new(TestPki.Good, script: async (tls, _) =>
        {
            await tls.ReadExactlyAsync(new byte[1]);
            for (int i = 0; i < 20; i++)
            {
                await tls.WriteAsync(record);
            }
            await Task.Delay(2000);
        });
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        byte[] buffer = new byte[65536];
        connection.Write(new byte[1]);
        await Task.Delay(200);
        int reads = 0;
        for (int have = 0; have < 20 * record.Length; reads++)
        {
            have += connection.Read(buffer);
        }
        Assert.InRange(reads, 1, 4);
    }

    [Fact]
    public async Task SteadyState_AllocatesNothing()
    {
        const int Rounds = 10_000;
        const int Size = 16384;
        using TlsTestServer server = new(TestPki.Good, script: async (tls, _) =>
        {
            byte[] block = new byte[Size];
            Task up = Task.Run(async () =>
            {
                byte[] sink = new byte[65536];
                while (await tls.ReadAsync(sink) > 0)
                {
                }
            });
            while (true)
            {
                await tls.WriteAsync(block);
            }
        });
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        Task<long> reader = Task.Factory.StartNew(() => Measure(() => _ = connection.Read(s_readBuffer), Rounds), TaskCreationOptions.LongRunning);
        Task<long> writer = Task.Factory.StartNew(() => Measure(() => connection.Write(s_writeBuffer), Rounds), TaskCreationOptions.LongRunning);
        long[] bytes = await Task.WhenAll(reader, writer).WaitAsync(TimeSpan.FromSeconds(30));
        // A pool may grow once or twice; a byte per call would be 10,000.
        Assert.InRange(bytes[0], 0, Rounds - 1);
        Assert.InRange(bytes[1], 0, Rounds - 1);
    }

    private static readonly byte[] s_readBuffer = new byte[65536];
    private static readonly byte[] s_writeBuffer = new byte[16384];

    private static Task<Exception?> OnThread(Action action) => Task.Factory.StartNew<Exception?>(
        () =>
        {
            try
            {
                action();
                return null;
            }
            catch (Exception exception) when (exception is IOException or ObjectDisposedException)
            {
                return exception;
            }
        },
        TaskCreationOptions.LongRunning);

    private static long Measure(Action action, int rounds)
    {
        for (int i = 0; i < 200; i++)
        {
            action();
        }
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < rounds; i++)
        {
            action();
        }
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static async Task EchoAsync(SslStream tls, Socket socket)
    {
        byte[] buffer = new byte[4096];
        while (await tls.ReadAsync(buffer) is var count and > 0)
        {
            await tls.WriteAsync(buffer.AsMemory(0, count));
        }
    }

    private static async Task<Failure> EndAsync(Func<SslStream, Socket, Task> end)
    {
        using TlsTestServer server = new(TestPki.Good, script: async (tls, socket) =>
        {
            await tls.ReadExactlyAsync(new byte[1]);
            await end(tls, socket);
        });
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
        connection.Write(new byte[1]);
        return await Task.Run(() =>
        {
            Exception? error = Record.Exception(() => Assert.Equal(0, connection.Read(new byte[100])));
            // Cutting the connection afterwards does not hide what was first.
            connection.Abort();
            return connection.DescribeEnd(error);
        }).WaitAsync(TimeSpan.FromSeconds(5));
    }
}
