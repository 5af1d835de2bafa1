using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Pppd;

namespace TunnelCore.Tests.Pppd;

public sealed class PppdVerdictTests
{
    // Status at phase Disconnect, exit status, furthest phase, cause.
    [Theory]
    [InlineData(0, 16, PppPhase.Running, Cause.PeerEnded)]
    [InlineData(0, 16, PppPhase.Network, Cause.LcpFailed)]
    [InlineData(15, 16, PppPhase.Running, Cause.DeadPeer)]
    [InlineData(16, 16, PppPhase.Running, Cause.LinkGone)]
    [InlineData(5, 5, PppPhase.Running, Cause.Cancelled)]
    [InlineData(10, 10, PppPhase.Network, Cause.IpcpFailed)]
    [InlineData(10, 16, PppPhase.Establish, Cause.LcpTimeout)]
    [InlineData(10, 10, PppPhase.Authenticate, Cause.AuthenticationTimeout)]
    [InlineData(11, 11, PppPhase.Authenticate, Cause.PeerNotAuthenticated)]
    [InlineData(17, 17, PppPhase.Establish, Cause.LcpFailed)]
    [InlineData(null, 1, PppPhase.Dead, Cause.EngineDied)]
    [InlineData(null, 2, PppPhase.Dead, Cause.EngineOptions)]
    [InlineData(null, 3, PppPhase.Dead, Cause.EngineNotStarted)]
    [InlineData(null, 4, PppPhase.Dead, Cause.NoPppDevice)]
    [InlineData(null, 127, PppPhase.Running, Cause.EngineDied)]
    [InlineData(12, 12, PppPhase.Running, Cause.EngineDied)]
    [InlineData(null, 99, PppPhase.Running, Cause.EngineDied)]
    public void C78_K21_StatusOfTheFirstDisconnectDecides(int? atDisconnect, int exit, PppPhase furthest, Cause expected) =>
        Assert.Equal(expected, PppdVerdict.Of(History(atDisconnect, exit, furthest), new ServerWords(), new PppOptions()).Cause);

    [Fact]
    public void C78_MppeDemanded() => Assert.Equal(
        Cause.MppeFailed,
        PppdVerdict.Of(History(10, 10, PppPhase.Network), new ServerWords(), new PppOptions { Mppe = MppeRequirement.Any }).Cause);

    // pppd 2.4.9's own lines. Its status is the same as for a login that failed or a server that went away.
    [Theory]
    [InlineData("MPPE required, but kernel has no support.", Cause.NoMppeModule, "pppd asked it")]
    [InlineData("MPPE required, but MS-CHAP[v2] nor EAP-TLS auth are performed.", Cause.MppeFailed, "only MS-CHAP")]
    [InlineData("MPPE required, but keys are not available.  Possible plugin problem?", Cause.MppeFailed, "made no keys")]
    [InlineData("MPPE required, but both 40-bit and 128-bit disabled.", Cause.MppeFailed, "no key length")]
    [InlineData("MPPE required but peer negotiation failed", Cause.MppeFailed, "CCP")]
    public void F04_PppdsWordsAboutMppeDecide(string line, Cause cause, string detail)
    {
        foreach (int status in new[] { 0, 10, 16 })
        {
            PppdHistory history = History(status, status, PppPhase.Network);
            history.Note(line);
            history.Note("LCP terminated by us");
            Failure failure = PppdVerdict.Of(history, new ServerWords(), new PppOptions { Mppe = MppeRequirement.Any });
            Assert.Equal((status, cause), (status, failure.Cause));
            Assert.Contains(detail, failure.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WordsAboutMppe_OfATunnelThatWasUp_DoNotDecide()
    {
        PppdHistory history = History(15, 16, PppPhase.Running);
        history.Note("MPPE required but peer negotiation failed");
        Assert.Equal(Cause.DeadPeer, PppdVerdict.Of(history, new ServerWords(), new PppOptions()).Cause);
    }

    [Fact]
    public void SecondDisconnect_ChangesNothing()
    {
        PppdHistory history = History(19, 16, PppPhase.Authenticate);
        history.Enter(PppPhase.Running, 0);
        history.Enter(PppPhase.Disconnect, 16);
        ServerWords words = new();
        words.Observe(Frame(0xC223, 4, "E=691 R=0 C=00 V=3 M=Access denied"));
        Assert.Equal(
            new Failure(Cause.AuthenticationFailed, "wrong user name or password, E=691, the server says: Access denied"),
            PppdVerdict.Of(history, words, new PppOptions()));
    }

    [Fact]
    public void KilledBySignal_AndDecidedByUs()
    {
        PppdHistory history = new() { Signal = 11 };
        Assert.Equal(new Failure(Cause.EngineDied, "killed by signal 11"), PppdVerdict.Of(history, new ServerWords(), new PppOptions()));
        history.Decide(new Failure(Cause.Cancelled));
        history.Decide(new Failure(Cause.NoPassword));
        Assert.Equal(Cause.Cancelled, PppdVerdict.Of(history, new ServerWords(), new PppOptions()).Cause);
    }

    [Theory]
    [InlineData("E=691 R=1 C=0123 V=3 M=Go away", "wrong user name or password, E=691, the server says: Go away")]
    [InlineData("E=691", "wrong user name or password, E=691")]
    [InlineData("E=646 R=0", "the account may not log in at this time of day, E=646")]
    [InlineData("E=647 R=0", "the account is disabled, E=647")]
    [InlineData("E=648 R=0 V=3 M=", "the password has expired, E=648")]
    [InlineData("E=649", "the account has no permission to dial in, E=649")]
    [InlineData("E=709", "the password could not be changed, E=709")]
    [InlineData("E=12345", "unknown code, E=12345")]
    [InlineData("E=", "E=")]
    [InlineData("no such text", "no such text")]
    public void C34_FailureCodes(string text, string expected) => Assert.Equal(expected, MsChapError.Describe(text));

    [Theory]
    [InlineData("E=691 R=1", Cause.AuthenticationFailed)]
    [InlineData("E=12345", Cause.AuthenticationFailed)]
    [InlineData("no such text", Cause.AuthenticationFailed)]
    [InlineData("", Cause.AuthenticationFailed)]
    [InlineData("E=646 R=0", Cause.AccountRefused)]
    [InlineData("E=647", Cause.AccountRefused)]
    [InlineData("E=648 R=0 V=3 M=", Cause.AccountRefused)]
    [InlineData("E=649", Cause.AccountRefused)]
    public void C34_AnotherPasswordHelpsAgainstSomeCodesOnly(string text, Cause cause) =>
        Assert.Equal(new Failure(cause, MsChapError.Describe(text)), MsChapError.ToFailure(text));

    [Fact]
    public void ServerWords_OfEachProtocol()
    {
        ServerWords words = new();
        words.Observe(Frame(0xC021, 5, "maintenance\u001b[2J\n"));
        Assert.Equal("maintenance [2J", words.Farewell);
        words.Observe(Frame(0xC023, 3, "\u0005Sorryxx"));
        Assert.Equal(new Failure(Cause.AuthenticationFailed, "Sorry"), words.Refusal);
        Assert.False(words.SuccessSeen);
        words.Observe(Frame(0xC223, 3, "S=00"));
        Assert.True(words.SuccessSeen);
        words.Observe(Frame(0xC227, 1, "\u001a\u0004\u0001\u0000\u0010E=647"));
        Assert.Equal(new Failure(Cause.AccountRefused, "the account is disabled, E=647"), words.Refusal);
        words.Observe(Convert.FromHexString("FF03C021010100090305C22381"));
        Assert.Equal(AuthenticationMethods.MsChapV2, words.WantedMethod);
        Failure refused = PppdVerdict.Of(
            History(10, 10, PppPhase.Establish), WordsWith("C021010100080304C023"), new PppOptions { Refused = AuthenticationMethods.Pap });
        Assert.Equal(new Failure(Cause.AuthenticationMethod, "it insists on Pap"), refused);
    }

    [Fact]
    public void ServerWords_OfRandomFrames_NeverThrow()
    {
        Random random = new(6);
        ServerWords words = new();
        byte[] frame = new byte[64];
        byte[][] starts = [[0xC0, 0x21], [0xC0, 0x23], [0xC2, 0x23], [0xC2, 0x27]];
        for (int i = 0; i < 200_000; i++)
        {
            random.NextBytes(frame);
            starts[i % 4].CopyTo(frame, 0);
            frame[2] = (byte)(i % 7);
            frame[4] = 0;
            words.Observe(frame.AsSpan(0, random.Next(0, frame.Length)));
        }
    }

    private static ServerWords WordsWith(string hex)
    {
        ServerWords words = new();
        words.Observe(Convert.FromHexString(hex));
        return words;
    }

    private static PppdHistory History(int? atDisconnect, int exit, PppPhase furthest)
    {
        PppdHistory history = new() { ExitStatus = exit };
        history.Enter(furthest, 0);
        if (atDisconnect is { } status)
        {
            history.Enter(PppPhase.Disconnect, status);
        }

        return history;
    }

    private static byte[] Frame(ushort protocol, byte code, string text)
    {
        byte[] body = Encoding.Latin1.GetBytes(text);
        return [0xFF, 0x03, (byte)(protocol >> 8), (byte)protocol, code, 1, 0, (byte)(4 + body.Length), .. body];
    }
}
