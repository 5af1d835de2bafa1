namespace TunnelCore.Tests.Transport;

internal enum FakeEnd
{
    CloseNotify,
    Fin,
    Reset,
}
