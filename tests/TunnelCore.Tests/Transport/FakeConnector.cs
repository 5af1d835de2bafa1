using TunnelCore.Net;

namespace TunnelCore.Tests.Transport;

internal sealed class FakeConnector(Func<CancellationToken, Task<ITlsConnection>> connect) : IServerConnector
{
    public FakeConnector(ITlsConnection connection)
        : this(_ => Task.FromResult(connection))
    {
    }

    public Task<ITlsConnection> ConnectAsync(ServerEndpoint server, TlsOptions tls, CancellationToken cancellation) => connect(cancellation);
}
