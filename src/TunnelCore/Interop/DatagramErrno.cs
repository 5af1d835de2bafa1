namespace TunnelCore.Interop;

/// <summary>errno values that sending datagrams and the ICMP answers to them cause (Linux's generic ABI); see also <see cref="Errno"/>.</summary>
internal static class DatagramErrno
{
    public const int EPERM = 1;
    public const int EMSGSIZE = 90;
    public const int ENOPROTOOPT = 92;
    public const int ENOBUFS = 105;
}
