namespace TunnelCore.Pppd;

/// <summary>How the server had us authenticate, as the plugin numbers it (callback-protocol.h).</summary>
internal enum CallbackAuthMethod : uint
{
    None = 0,
    Pap = 1,
    ChapMd5 = 2,
    MsChap = 3,
    MsChapV2 = 4,
    Eap = 5,
}
