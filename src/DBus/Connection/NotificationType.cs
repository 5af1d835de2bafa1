namespace Tmds.DBus.Protocol;

/// <summary>What a <see cref="Notification{T}"/> tells: a value, or why there will be no more.</summary>
public enum NotificationType
{
    Value = 1,
    ObserverDisposed = 2,
    ConnectionClosed = 3,
    ConnectionFailed = 4,
    ReaderFailed = 5,
    OwnerChanged = 6,
}
