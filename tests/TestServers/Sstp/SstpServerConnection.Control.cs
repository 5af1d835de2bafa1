using TestServers.Crypto;
using TestServers.Ppp;

namespace TestServers.Sstp;

/// <summary>Control messages, timers and the ways to end.</summary>
internal sealed partial class SstpServerConnection
{
    private byte[]? _early;

    /// <summary>Ends the call the given way; from any thread.</summary>
    public void End(ServerAction action)
    {
        if (_disposed != 0 || (_state == CallState.Closing && action is ServerAction.Abort or ServerAction.Disconnect))
        {
            return;
        }
        Log($"ending: {action}");
        try
        {
            switch (action)
            {
                case ServerAction.Abort:
                    Close(SstpMessage.Abort(SstpCode.StatusInfo, SstpCode.InvalidFrame));
                    break;
                case ServerAction.Disconnect:
                    Close(SstpMessage.Disconnect(SstpCode.NoError));
                    break;
                case ServerAction.CloseNotify:
                    _state = CallState.Closing;
                    _tls.ShutdownAsync().GetAwaiter().GetResult();
                    _socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                    break;
                case ServerAction.Fin:
                    _state = CallState.Closing;
                    _socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
                    break;
                case ServerAction.Reset:
                    _state = CallState.Closing;
                    _socket.LingerState = new System.Net.Sockets.LingerOption(true, 0);
                    _socket.Close(0);
                    break;
                case ServerAction.Silence:
                    _silent = true;
                    break;
                default:
                    break;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            Log($"ending failed: {e.Message}");
        }
    }

    /// <summary>Sends the last message; the client has a moment to close, then we do.</summary>
    private void Close(byte[] message)
    {
        bool early = _state == CallState.Opening;
        _state = CallState.Closing;
        SetTimer(_options.CloseDelay);
        if (!early)
        {
            Send(message);
        }
        _peer?.Stop();
    }

    private void OnControl(ReadOnlySpan<byte> packet)
    {
        int type = SstpPacketReader.ControlType(packet);
        switch (type, _state)
        {
            case (SstpCode.CallConnectRequest, CallState.WaitRequest):
                OnConnectRequest();
                break;
            case (SstpCode.CallConnected, CallState.WaitConnected):
                OnConnected(packet);
                break;
            case (SstpCode.EchoRequest, CallState.Connected):
                Send(SstpMessage.EchoResponse());
                break;
            case (SstpCode.EchoResponse, CallState.Connected):
                break;
            case (SstpCode.CallDisconnect, not CallState.Closing):
                Log("client sent Call Disconnect");
                Close(SstpMessage.DisconnectAck());
                break;
            case (SstpCode.CallAbort, not CallState.Closing):
                Log($"client sent Call Abort {Convert.ToHexString(packet[SstpMessage.ControlHeaderSize..])}");
                Close(SstpMessage.Abort());
                break;
            case (_, CallState.Closing):
                Log($"message {type} while closing");
                break;
            default:
                Log($"message {type} is out of place in state {_state}");
                Close(SstpMessage.Abort(SstpCode.StatusInfo, SstpCode.UnacceptedFrame));
                break;
        }
    }

    private void OnConnectRequest()
    {
        _addresses = _options.Pool.Take();
        if (_addresses == null)
        {
            Log("no address left");
            Close(SstpMessage.Abort(SstpCode.StatusInfo, SstpCode.RetryCountExceeded));
            return;
        }
        _state = CallState.WaitConnected;
        Send(SstpMessage.ConnectAck(_options.HashMask, _nonce));
        _peer = _options.Peer(_addresses, this);
        _peerThread = new Thread(PumpPeer) { IsBackground = true, Name = "sstp writer" };
        _peerThread.Start();
    }

    private void OnConnected(ReadOnlySpan<byte> packet)
    {
        if (!_chap.Authenticated)
        {
            // Judged when the login is done; without one the negotiation timer ends the call.
            Log("Call Connected before the login was done is held back");
            _early = packet.ToArray();
            if (!_chap.Authenticated || Interlocked.Exchange(ref _early, null) == null)
            {
                return;
            }
        }
        byte[] hlak = new byte[32];
        string user = _chap.UserName ?? "";
        if (_chap.ByEap && _options.EapKeyFile is { } keyFile)
        {
            hlak = Convert.FromHexString(File.ReadAllText(keyFile).Trim());
            user = "EAP";
        }
        else if (_chap.NtResponse != null)
        {
            string account = user[(user.LastIndexOf('\\') + 1)..];
            if (_options.Users.TryGetValue(user, out string? password) || _options.Users.TryGetValue(account, out password))
            {
                hlak = MsChapV2Keys.Hlak(password, _chap.NtResponse);
            }
        }
        string? wrong = CryptoBinding.Check(packet, _options.HashMask, _nonce, _options.Certificate.RawData, hlak);
        if (wrong != null || _options.RefuseBinding)
        {
            Log($"crypto binding of '{user}' refused: {wrong ?? "on request"}");
            Close(SstpMessage.Abort(SstpCode.CryptoBinding, SstpCode.ValueNotSupported));
            return;
        }
        Log($"crypto binding of '{user}' verified ({(packet[15] == CryptoBinding.Sha256Bit ? "SHA-256" : "SHA-1")}), {_addresses}");
        _state = CallState.Connected;
        SetTimer(_options.AfterConnected != ServerAction.None ? _options.AfterConnectedDelay : _options.Hello);
    }

    private void SetTimer(TimeSpan due)
    {
        try
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
        catch (ObjectDisposedException)
        {
            // The connection ended on another thread.
        }
    }

    private void OnTimer()
    {
        if (_state == CallState.Closing)
        {
            Dispose();
        }
        else if (_state != CallState.Connected)
        {
            Log($"negotiation timer in state {_state}");
            End(_state == CallState.Opening ? ServerAction.Reset : ServerAction.Abort);
        }
        else if (_options.AfterConnected != ServerAction.None && !_silent)
        {
            End(_options.AfterConnected);
        }
        else if (!_silent)
        {
            OnHello();
        }
    }

    private void OnHello()
    {
        bool quiet = _received == _receivedBefore;
        _receivedBefore = _received;
        if (quiet && _echoSent)
        {
            Log("the client does not answer");
            Dispose();
            return;
        }
        _echoSent = quiet;
        try
        {
            if (quiet)
            {
                Send(SstpMessage.EchoRequest());
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            Log($"echo failed: {e.Message}");
        }
        SetTimer(_options.Hello);
    }
}
