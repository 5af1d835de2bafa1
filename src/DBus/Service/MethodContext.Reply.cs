namespace Tmds.DBus.Protocol;

public sealed partial class MethodContext
{
    /// <summary>Starts the reply.</summary>
    /// <param name="signature">Of its body; null for none.</param>
    public MessageWriter CreateReplyWriter(string? signature)
    {
        MessageWriter writer = Connection.GetMessageWriter();
        writer.WriteMethodReturnHeader(Request.Serial, Request.Sender, signature);
        return writer;
    }

    /// <summary>Sends the reply. Dropped if the caller wants none, or is gone with the connection.</summary>
    /// <exception cref="InvalidOperationException">There has been a reply.</exception>
    public void Reply(MessageBuffer message)
    {
        if (!TryReply(message))
        {
            throw new InvalidOperationException("The reply has been sent already.");
        }
    }

    /// <summary>Replies with an error. Ignored if there has been a reply.</summary>
    /// <param name="errorName">Null for <c>org.freedesktop.DBus.Error.Failed</c>.</param>
    /// <param name="errorMsg">For people to read.</param>
    public void ReplyError(string? errorName = null, string? errorMsg = null)
    {
        using MessageWriter writer = Connection.GetMessageWriter();
        writer.WriteError(Request.Serial, Request.Sender, errorName, errorMsg is null ? null : Printable(errorMsg));
        TryReply(writer.CreateMessage());
    }

    public void ReplyUnknownMethodError() => ReplyError(
        BusNames.ErrorUnknownMethod,
        $"Method \"{Request.MemberAsString}\" with signature \"{Request.SignatureAsString}\" on interface \"{Request.InterfaceAsString}\" doesn't exist");

    /// <summary>Answers Introspect: the given interfaces, the standard ones (if any is given), and the children.</summary>
    /// <param name="interfaceXmls">One <c>interface</c> element each, UTF-8.</param>
    /// <param name="childNames">Path elements of children, beside those that have handlers.</param>
    /// <exception cref="InvalidOperationException">The request is another one.</exception>
    public void ReplyIntrospectXml(ReadOnlySpan<ReadOnlyMemory<byte>> interfaceXmls, ReadOnlySpan<string> childNames = default)
    {
        if (!IsDBusIntrospectRequest)
        {
            throw new InvalidOperationException("The request is not Introspect.");
        }

        using MessageWriter writer = CreateReplyWriter("s");
        writer.WriteString(IntrospectionXml.Document(interfaceXmls, [.. _childNames ?? [], .. childNames]));
        Reply(writer.CreateMessage());
    }

    /// <inheritdoc cref="ReplyIntrospectXml(ReadOnlySpan{ReadOnlyMemory{byte}}, ReadOnlySpan{string})"/>
    public void ReplyIntrospectXml(ReadOnlySpan<ReadOnlyMemory<byte>> interfaceXmls, IList<string> childNames)
        => ReplyIntrospectXml(interfaceXmls, [.. childNames]);

    /// <summary>
    /// Deals with an exception of the handler: <see cref="DBusConnectionOptions.OnException"/> hears of it and may decide otherwise; where
    /// the connection stays and nothing has been replied, the caller gets <c>org.freedesktop.DBus.Error.Failed</c> with its text.
    /// </summary>
    /// <param name="exception">What happened.</param>
    /// <param name="shouldDisconnect">Whether the connection is closed if nobody decides otherwise.</param>
    /// <returns>Whether the connection stays.</returns>
    public bool HandleException(Exception exception, bool shouldDisconnect = false)
    {
        ArgumentNullException.ThrowIfNull(exception);
        bool closed = Connection.ReportException(exception, DBusConnection.ExceptionSource.MethodHandler, shouldDisconnect);
        if (!closed && !_isDisposed && !ReplySent)
        {
            ReplyError(BusNames.ErrorFailed, exception.Message);
        }

        return !closed;
    }

    private bool TryReply(MessageBuffer message)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (NoReplyExpected)
            {
                return true;
            }

            if (ReplySent)
            {
                return false;
            }

            ReplySent = true;
        }

        Connection.TrySendReply(message);
        return true;
    }

    /// <summary>Without what no D-Bus string can hold: an error text must never be the reason why there is no answer.</summary>
    private static string Printable(string text)
        => string.Concat(text.EnumerateRunes().Select(static r => r.Value == 0 ? "?" : r.ToString()));
}
