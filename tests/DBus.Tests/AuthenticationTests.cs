using System.Text;
using Tmds.DBus.Protocol;

namespace DBus.Tests;

public sealed class AuthenticationTests
{
    [Fact]
    public async Task External_InOneWrite()
    {
        using ScriptedPeer peer = ScriptedPeer.Create("1000");
        _ = peer.Connection.ConnectAsync().AsTask();
        Assert.Equal("\0AUTH EXTERNAL 31303030\r\nBEGIN\r\n", await peer.ReadUntilAsync("BEGIN\r\n"));
    }

    [Fact]
    public async Task WithoutUserId_TheServerAsksTheSocket()
    {
        using ScriptedPeer peer = ScriptedPeer.Create(userId: null);
        _ = peer.Connection.ConnectAsync().AsTask();
        Assert.Equal("\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n", await peer.ReadUntilAsync("BEGIN\r\n"));
        await peer.SendAsync(Encoding.ASCII.GetBytes($"DATA\r\nOK {ScriptedPeer.Guid}\r\n"));
        Assert.Equal("Hello", (await peer.ReadMessageAsync()).MemberAsString);
    }

    [Theory]
    [InlineData("REJECTED EXTERNAL ANONYMOUS\r\n")]
    [InlineData("ERROR\r\n")]
    [InlineData("OK\r\n")]
    [InlineData("OK 0123\r\n")]
    [InlineData("OK 0123456789abcdef0123456789abcdeg\r\n")]
    [InlineData("DATA\r\n")]
    [InlineData("\r\n")]
    [InlineData("OK 0123456789abcdef0123456789abcdef\u0001\r\n")]
    public async Task OtherAnswers_EndTheAttempt_WithoutAnonymous(string answer)
    {
        using ScriptedPeer peer = ScriptedPeer.Create();
        Task connecting = peer.Connection.ConnectAsync().AsTask();
        await peer.ReadUntilAsync("BEGIN\r\n");
        await peer.SendAsync(Encoding.ASCII.GetBytes(answer));
        await Assert.ThrowsAsync<DBusConnectFailedException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task EndlessLine_IsCut()
    {
        using ScriptedPeer peer = ScriptedPeer.Create();
        Task connecting = peer.Connection.ConnectAsync().AsTask();
        await peer.SendAsync(Encoding.ASCII.GetBytes(new string('x', 600)));
        DBusConnectFailedException e = await Assert.ThrowsAsync<DBusConnectFailedException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.IsType<DBusReadException>(e.InnerException);
    }

    [Fact]
    public async Task Answer_ArrivesByteByByte()
    {
        using ScriptedPeer peer = ScriptedPeer.Create();
        _ = peer.Connection.ConnectAsync().AsTask();
        await peer.ReadUntilAsync("BEGIN\r\n");
        foreach (byte b in Encoding.ASCII.GetBytes($"OK {ScriptedPeer.Guid}\r\n"))
        {
            await peer.SendAsync([b]);
        }

        Assert.Equal("Hello", (await peer.ReadMessageAsync()).MemberAsString);
    }

    [Fact]
    public async Task Dispose_CancelsTheDialogue()
    {
        using ScriptedPeer peer = ScriptedPeer.Create();
        Task connecting = peer.Connection.ConnectAsync().AsTask();
        await peer.ReadUntilAsync("BEGIN\r\n");
        peer.Connection.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(10)));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await peer.Connection.ConnectAsync());
    }
}
