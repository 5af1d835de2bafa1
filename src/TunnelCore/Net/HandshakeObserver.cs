using System.Buffers.Binary;

namespace TunnelCore.Net;

/// <summary>
/// Reads along what the server sends during the handshake, as far as it is in clear: is it TLS at all, which version does it
/// choose, which alert does it send (RFC 5246 6.2.1 and 7.2, RFC 8446 5.1 and 6).
/// </summary>
internal sealed class HandshakeObserver
{
    private const int RecordHeader = 5;

    /// <summary>Handshake header (4) and legacy_version (2) of a ServerHello.</summary>
    private const int PayloadSample = 6;

    private const byte Alert = 21;
    private const byte Handshake = 22;
    private const byte ServerHello = 2;

    private readonly byte[] _first = new byte[80];
    private readonly byte[] _record = new byte[RecordHeader + PayloadSample];
    private int _firstLength;
    private int _recordLength;
    private int _payloadLeft;

    /// <summary>The first bytes that came, at most 80.</summary>
    public ReadOnlySpan<byte> First => _first.AsSpan(0, _firstLength);

    public bool EndSeen { get; private set; }

    /// <summary>False as soon as the first bytes cannot start a TLS record.</summary>
    public bool IsTls => (_firstLength < 1 || _first[0] is >= 20 and <= 23) && (_firstLength < 2 || _first[1] == 3);

    /// <summary>Version of the first record's header, 0 before that. Servers put their own version into an alert's header.</summary>
    public int RecordVersion => _firstLength >= 3 ? BinaryPrimitives.ReadUInt16BigEndian(_first.AsSpan(1)) : 0;

    /// <summary>legacy_version of the ServerHello; 0 before that.</summary>
    public int ServerVersion { get; private set; }

    /// <summary>Description of the last alert that came in clear.</summary>
    public int? PlainAlert { get; private set; }

    /// <summary>How far the server got, in words.</summary>
    public string Progress => ServerVersion != 0 ? "after its ServerHello"
        : _firstLength > 0 ? "before a ServerHello"
        : "it sent nothing";

    public void Received(ReadOnlySpan<byte> bytes)
    {
        EndSeen |= bytes.IsEmpty;
        int take = Math.Min(bytes.Length, _first.Length - _firstLength);
        bytes[..take].CopyTo(_first.AsSpan(_firstLength));
        _firstLength += take;
        while (!bytes.IsEmpty && IsTls)
        {
            bytes = bytes[Advance(bytes)..];
        }
    }

    /// <summary>Consumes at least one byte.</summary>
    private int Advance(ReadOnlySpan<byte> bytes)
    {
        if (_recordLength < RecordHeader)
        {
            int header = Sample(bytes, RecordHeader - _recordLength);
            if (_recordLength == RecordHeader)
            {
                _payloadLeft = BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(3));
                EndRecordWhenDone();
            }
            return header;
        }
        int payload = Math.Min(bytes.Length, _payloadLeft);
        int room = _record.Length - _recordLength;
        if (room > 0)
        {
            payload = Sample(bytes, Math.Min(room, payload));
        }
        _payloadLeft -= payload;
        EndRecordWhenDone();
        return payload;
    }

    private int Sample(ReadOnlySpan<byte> bytes, int wanted)
    {
        int count = Math.Min(bytes.Length, wanted);
        bytes[..count].CopyTo(_record.AsSpan(_recordLength));
        _recordLength += count;
        return count;
    }

    private void EndRecordWhenDone()
    {
        if (_payloadLeft > 0)
        {
            return;
        }
        int length = BinaryPrimitives.ReadUInt16BigEndian(_record.AsSpan(3));
        ReadOnlySpan<byte> payload = _record.AsSpan(RecordHeader, _recordLength - RecordHeader);
        // Longer ones are encrypted.
        if (_record[0] == Alert && length == 2)
        {
            PlainAlert = payload[1];
        }
        if (_record[0] == Handshake && ServerVersion == 0 && payload.Length == PayloadSample && payload[0] == ServerHello)
        {
            ServerVersion = BinaryPrimitives.ReadUInt16BigEndian(payload[4..]);
        }
        _recordLength = 0;
    }
}
