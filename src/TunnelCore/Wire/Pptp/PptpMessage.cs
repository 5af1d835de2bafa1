namespace TunnelCore.Wire.Pptp;

/// <summary>A control message (RFC 2637 2.1 to 2.15). The sealed types carry the fields of theirs; offsets count from the header.</summary>
internal abstract record PptpMessage(PptpMessageType Type)
{
    /// <summary>Bytes with header.</summary>
    public int Size => PptpHeader.SizeOf(Type);

    /// <summary>
    /// Reads a message that <see cref="PptpHeader.Read"/> has found whole, and so of its type's exact size. Null for a type
    /// that RFC 2637 does not define, and for messages that are no control messages.
    /// </summary>
    public static PptpMessage? Parse(PptpHeader header, ReadOnlySpan<byte> m) => !header.IsControl ? null : header.Type switch
    {
        PptpMessageType.StartControlConnectionRequest => new StartControlConnectionRequest(m),
        PptpMessageType.StartControlConnectionReply => new StartControlConnectionReply(m),
        PptpMessageType.StopControlConnectionRequest => new StopControlConnectionRequest(m),
        PptpMessageType.StopControlConnectionReply => new StopControlConnectionReply(m),
        PptpMessageType.EchoRequest => new EchoRequest(m),
        PptpMessageType.EchoReply => new EchoReply(m),
        PptpMessageType.OutgoingCallRequest => new OutgoingCallRequest(m),
        PptpMessageType.OutgoingCallReply => new OutgoingCallReply(m),
        PptpMessageType.IncomingCallRequest => new IncomingCallRequest(m),
        PptpMessageType.IncomingCallReply => new IncomingCallReply(m),
        PptpMessageType.IncomingCallConnected => new IncomingCallConnected(m),
        PptpMessageType.CallClearRequest => new CallClearRequest(m),
        PptpMessageType.CallDisconnectNotify => new CallDisconnectNotify(m),
        PptpMessageType.WanErrorNotify => new WanErrorNotify(m),
        PptpMessageType.SetLinkInfo => new SetLinkInfo(m),
        _ => null,
    };

    /// <summary>Writes the whole message; <paramref name="bytes"/> holds at least <see cref="Size"/>.</summary>
    public void Write(Span<byte> bytes)
    {
        bytes = bytes[..Size];
        bytes.Clear();
        PptpHeader.Write(bytes, Type);
        WriteFields(bytes);
    }

    /// <summary>Writes the fields at their offsets into zeroed bytes.</summary>
    protected abstract void WriteFields(Span<byte> m);
}
