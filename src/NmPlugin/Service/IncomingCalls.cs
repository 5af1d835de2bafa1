using NmPlugin.Plugin;
using NmPlugin.Profile;

namespace NmPlugin.Service;

/// <summary>
/// The way of the bus's calls into the service's queue. A call whose connection names a private key waits aside until that file has been
/// looked at; a file system may take seconds. Calls behind it that bring a connection wait in line. Everything else passes, and a
/// Disconnect ends what has not been begun yet.
/// </summary>
/// <param name="files">Completes the connections.</param>
/// <param name="post">Queues an event for the service; must not block.</param>
internal sealed class IncomingCalls(ConnectionFiles files, Action<PluginEvent> post)
{
    private readonly Lock _lock = new();
    private readonly List<PluginEvent> _waiting = [];
    private bool _isWorking;

    /// <summary>Called on the bus's read loop; never blocks.</summary>
    public void Take(PluginEvent e)
    {
        lock (_lock)
        {
            if (ConnectionFiles.ConnectionOf(e) is { } connection && (_waiting.Count > 0 || CertificateLogins.KeyFile(connection) is not null))
            {
                _waiting.Add(e);
                Work();
                return;
            }
            if (e is PluginEvent.DisconnectCalled)
            {
                Refuse();
            }
            post(files.Complete(e));
        }
    }

    private void Work()
    {
        if (!_isWorking)
        {
            _isWorking = true;
            new Thread(CompleteAll) { IsBackground = true, Name = "key files" }.Start();
        }
    }

    private void CompleteAll()
    {
        while (Next() is { } e)
        {
            PluginEvent complete = files.Complete(e);
            lock (_lock)
            {
                // It may have been refused meanwhile.
                if (_waiting.Remove(e))
                {
                    post(complete);
                }
            }
        }
    }

    private PluginEvent? Next()
    {
        lock (_lock)
        {
            _isWorking = _waiting.Count > 0;
            return _isWorking ? _waiting[0] : null;
        }
    }

    /// <summary>What would begin or go on with a connection; questions about secrets are still answered.</summary>
    private void Refuse()
    {
        foreach (PluginEvent e in _waiting)
        {
            IPluginCall? call = (e as PluginEvent.ConnectCalled)?.Call ?? (e as PluginEvent.NewSecretsCalled)?.Call;
            call?.ReplyError(VpnError.WrongState, "The connection was stopped before it began.");
        }
        _waiting.RemoveAll(e => e is not PluginEvent.NeedSecretsCalled);
    }
}
