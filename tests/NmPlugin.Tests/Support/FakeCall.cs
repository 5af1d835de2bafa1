using NmPlugin.Plugin;

namespace NmPlugin.Tests.Support;

/// <summary>A call as the machine sees it; it must never reply by itself.</summary>
internal sealed class FakeCall(string caller = ":1.5") : IPluginCall
{
    public string Caller => caller;

    public void Reply() => throw new InvalidOperationException("the machine is pure");

    public void Reply(string text) => throw new InvalidOperationException("the machine is pure");

    public void ReplyError(VpnError error, string text) => throw new InvalidOperationException("the machine is pure");
}
