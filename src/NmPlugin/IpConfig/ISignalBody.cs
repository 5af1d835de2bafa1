namespace NmPlugin.IpConfig;

/// <summary>Something that the bus can write as a{sv}.</summary>
internal interface ISignalBody;
