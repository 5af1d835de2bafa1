namespace NmPlugin.Plugin;

/// <summary>A method call that waits for its reply. The machine only passes it on; exactly one reply is made.</summary>
internal interface IPluginCall
{
    /// <summary>Unique bus name of the caller.</summary>
    string Caller { get; }

    void Reply();

    void Reply(string text);

    void ReplyError(VpnError error, string text);
}
