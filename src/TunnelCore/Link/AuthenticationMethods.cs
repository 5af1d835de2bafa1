namespace TunnelCore.Link;

/// <summary>PPP authentication protocols, as the profile keys name them (refuse-*).</summary>
[Flags]
public enum AuthenticationMethods
{
    None = 0,
    Pap = 1,
    Chap = 2,
    MsChap = 4,
    MsChapV2 = 8,
    Eap = 16,
    All = Pap | Chap | MsChap | MsChapV2 | Eap,
}
