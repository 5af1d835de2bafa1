using System.Collections.Concurrent;
using NmPlugin.Plugin;
using NmPlugin.Profile;
using NmPlugin.Service;
using NmPlugin.Tests.Support;
using TunnelCore.Net;

namespace NmPlugin.Tests.Service;

public sealed class IncomingCallsTests : IDisposable
{
    private readonly SlowKeys _keys = new();
    private readonly BlockingCollection<PluginEvent> _posted = [];
    private readonly IncomingCalls _calls;

    public IncomingCallsTests() => _calls = new IncomingCalls(_keys.Files, _posted.Add);

    public void Dispose()
    {
        _keys.Dispose();
        _posted.Dispose();
    }

    [Fact]
    public async Task T18_KeyOnAFileSystemThatDoesNotAnswer_HoldsUpItsOwnCallOnly()
    {
        _calls.Take(new PluginEvent.NeedSecretsCalled(new Call(), SlowKeys.Profile));
        await _keys.AskedAsync();
        _calls.Take(new PluginEvent.SetFailureCalled(new Call()));
        _calls.Take(new PluginEvent.PeerGone(":1.9"));
        Assert.IsType<PluginEvent.SetFailureCalled>(Next());
        Assert.IsType<PluginEvent.PeerGone>(Next());
        _keys.Answer();
        Assert.Equal(KeyProtection.Encrypted, Assert.IsType<PluginEvent.NeedSecretsCalled>(Next()).Connection.UserKey);
    }

    [Fact]
    public async Task CallsThatBringAConnection_KeepTheirOrder()
    {
        Call first = new(), second = new(), third = new();
        _calls.Take(new PluginEvent.NeedSecretsCalled(first, SlowKeys.Profile));
        await _keys.AskedAsync();
        // This one names no key, and waits all the same.
        _calls.Take(new PluginEvent.ConnectCalled(second, Profiles.Base(), Interactive: false));
        _calls.Take(new PluginEvent.NewSecretsCalled(third, SlowKeys.Profile));
        Assert.Empty(_posted);
        _keys.Answer(2);
        Assert.Same(first, Assert.IsType<PluginEvent.NeedSecretsCalled>(Next()).Call);
        PluginEvent.ConnectCalled connect = Assert.IsType<PluginEvent.ConnectCalled>(Next());
        Assert.Same(second, connect.Call);
        Assert.Null(connect.Connection.UserKey);
        Assert.Same(third, Assert.IsType<PluginEvent.NewSecretsCalled>(Next()).Call);
        // The line is empty: the next one passes at once.
        _calls.Take(new PluginEvent.ConnectCalled(second, Profiles.Base(), Interactive: false));
        Assert.Single(_posted);
    }

    [Fact]
    public async Task T53_Disconnect_EndsAConnectThatStillWaitsForItsKey()
    {
        Call connect = new(), question = new(), another = new();
        _calls.Take(new PluginEvent.ConnectCalled(connect, SlowKeys.Profile, Interactive: true));
        _calls.Take(new PluginEvent.NeedSecretsCalled(question, SlowKeys.Profile));
        await _keys.AskedAsync();
        _calls.Take(new PluginEvent.DisconnectCalled(another));
        Assert.Equal("WrongState: The connection was stopped before it began.", connect.Answer);
        Assert.Same(another, Assert.IsType<PluginEvent.DisconnectCalled>(Next()).Call);
        _keys.Answer(2);
        // What was refused never comes, what is only a question does.
        Assert.Same(question, Assert.IsType<PluginEvent.NeedSecretsCalled>(Next()).Call);
        Assert.Empty(_posted);
        Assert.Null(question.Answer);
    }

    [Fact]
    public void WithoutAKey_NothingWaits()
    {
        _calls.Take(new PluginEvent.NeedSecretsCalled(new Call(), Profiles.Base()));
        _calls.Take(new PluginEvent.ConnectCalled(new Call(), Profiles.Base(), Interactive: true));
        _calls.Take(new PluginEvent.DisconnectCalled(new Call()));
        Assert.Equal(
            [typeof(PluginEvent.NeedSecretsCalled), typeof(PluginEvent.ConnectCalled), typeof(PluginEvent.DisconnectCalled)], _posted.Select(e => e.GetType()));
    }

    private PluginEvent Next() => _posted.TryTake(out PluginEvent? e, TimeSpan.FromSeconds(20)) ? e : throw new TimeoutException();

    private sealed class Call : IPluginCall
    {
        public string Caller => ":1.5";

        public string? Answer { get; private set; }

        public void Reply() => Answer = "ok";

        public void Reply(string text) => Answer = text;

        public void ReplyError(VpnError error, string text) => Answer = $"{error}: {text}";
    }
}
