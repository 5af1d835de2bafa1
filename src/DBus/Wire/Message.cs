using System.Text;

namespace Tmds.DBus.Protocol;

/// <summary>
/// A received message, checked as a whole: header fields, names, and the body against its signature.
/// The package that this type stands in for re-uses messages: copy what you keep.
/// </summary>
public sealed partial class Message
{
    private readonly byte[] _data;
    private readonly int _bodyOffset;
    private byte[]? _path;
    private byte[]? _interface;
    private byte[]? _member;
    private byte[]? _errorName;
    private byte[]? _destination;
    private byte[]? _sender;
    private byte[]? _signature;

    public bool IsBigEndian { get; }

    public uint Serial { get; }

    public MessageFlags MessageFlags { get; }

    public MessageType MessageType { get; }

    public uint? ReplySerial { get; private set; }

    /// <summary>Always 0: file descriptors are not negotiated.</summary>
    public int UnixFdCount { get; private set; }

    public ReadOnlySpan<byte> Path => _path;

    public ReadOnlySpan<byte> Interface => _interface;

    public ReadOnlySpan<byte> Member => _member;

    public ReadOnlySpan<byte> ErrorName => _errorName;

    public ReadOnlySpan<byte> Destination => _destination;

    public ReadOnlySpan<byte> Sender => _sender;

    public ReadOnlySpan<byte> Signature => _signature;

    public bool PathIsSet => _path is not null;

    public bool InterfaceIsSet => _interface is not null;

    public bool MemberIsSet => _member is not null;

    public bool ErrorNameIsSet => _errorName is not null;

    public bool DestinationIsSet => _destination is not null;

    public bool SenderIsSet => _sender is not null;

    public bool SignatureIsSet => _signature is not null;

    public string? PathAsString => Text(_path);

    public string? InterfaceAsString => Text(_interface);

    public string? MemberAsString => Text(_member);

    public string? ErrorNameAsString => Text(_errorName);

    public string? DestinationAsString => Text(_destination);

    public string? SenderAsString => Text(_sender);

    /// <summary>The empty string where there is no body.</summary>
    public string SignatureAsString => Text(_signature) ?? "";

    internal ReadOnlySpan<byte> Body => _data.AsSpan(_bodyOffset);

    /// <summary>A reader that stands at the first argument.</summary>
    public Reader GetBodyReader() => new(IsBigEndian, Body);

    private static string? Text(byte[]? bytes) => bytes is null ? null : Encoding.UTF8.GetString(bytes);
}
