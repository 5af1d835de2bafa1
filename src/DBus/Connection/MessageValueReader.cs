namespace Tmds.DBus.Protocol;

/// <summary>Takes from a message what its receiver wants. Runs on the read loop; must not keep the message.</summary>
public delegate T MessageValueReader<T>(Message message, object? state);
