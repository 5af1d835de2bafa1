namespace Tmds.DBus.Protocol;

public sealed partial class DBusConnection
{
    private async Task ReadLoopAsync(MessageStream stream)
    {
        while (true)
        {
            Message message = await stream.ReadMessageAsync().ConfigureAwait(false);
            if (_state == State.Disconnected)
            {
                return;
            }

            switch (message.MessageType)
            {
                case MessageType.MethodReturn or MessageType.Error:
                    DispatchReply(message);
                    break;
                case MessageType.Signal:
                    DispatchSignal(message);
                    break;
                case MessageType.MethodCall:
                    _ = DispatchCallAsync(message);
                    break;
            }
        }
    }

    private void DispatchReply(Message message)
    {
        PendingCall? call;
        lock (_gate)
        {
            uint serial = message.ReplySerial!.Value;
            if (!_pendingCalls.TryGetValue(serial, out call) || (IsBus && !call.CanComeFrom(message.SenderAsString)))
            {
                return;
            }

            _pendingCalls.Remove(serial);
        }

        call.Complete(message);
    }

    private void DispatchSignal(Message message)
    {
        bool fromBus = IsBus && message.Sender.SequenceEqual("org.freedesktop.DBus"u8);
        if (fromBus && message.Interface.SequenceEqual("org.freedesktop.DBus"u8))
        {
            OnBusSignal(message);
        }

        foreach (Observer observer in FindObservers(message))
        {
            observer.Emit(message);
        }
    }

    /// <summary>The signals by which the bus tells who owns what. Anybody can send signals that look alike: the caller has checked the sender.</summary>
    private void OnBusSignal(Message message)
    {
        switch (message.MemberAsString, message.SignatureAsString)
        {
            case ("NameOwnerChanged", "sss"):
                Reader reader = message.GetBodyReader();
                string name = reader.ReadString();
                reader.ReadStringAsSpan();
                SetOwner(name, reader.ReadString());
                break;
            case ("NameAcquired", "s"):
                OnNameAcquired(message.GetBodyReader().ReadString());
                break;
            case ("NameLost", "s"):
                OnNameLost(message.GetBodyReader().ReadString());
                break;
        }
    }

    /// <summary>Never throws: an exception of a handler goes through the policy.</summary>
    private async Task DispatchCallAsync(Message message)
    {
        IPathMethodHandler? handler;
        string[]? childNames;
        lock (_gate)
        {
            handler = _handlers.Find(message.PathAsString!);
            childNames = handler is { HandlesChildPaths: true } ? null : _handlers.ChildNames(message.PathAsString!);
        }

        var context = new MethodContext(this, message, childNames, _abort.Token);
        try
        {
            if (context.IsPeerRequest)
            {
                ReplyAsPeer(context);
            }
            else if (handler is not null)
            {
                await handler.HandleMethodAsync(context).ConfigureAwait(false);
            }
            else if (context.IsDBusIntrospectRequest && childNames is not null)
            {
                context.ReplyIntrospectXml([]);
            }
        }
        catch (Exception e)
        {
            context.HandleException(e, shouldDisconnect: true);
        }
        finally
        {
            if (!context.DisposesAsynchronously)
            {
                context.Dispose();
            }
        }
    }

    private void ReplyAsPeer(MethodContext context)
    {
        switch (context.Request.MemberAsString, context.Request.SignatureAsString)
        {
            case ("Ping", ""):
                using (MessageWriter writer = context.CreateReplyWriter(null))
                {
                    context.Reply(writer.CreateMessage());
                }

                break;
            case ("GetMachineId", ""):
                using (MessageWriter writer = context.CreateReplyWriter("s"))
                {
                    writer.WriteString(_machineId);
                    context.Reply(writer.CreateMessage());
                }

                break;
        }
    }
}
