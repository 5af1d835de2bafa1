namespace NmPlugin.IpConfig;

/// <summary>The body of a Config, Ip4Config or Ip6Config signal, as this service makes it.</summary>
internal sealed class ConfigDictionary : Dictionary<string, ConfigValue>, ISignalBody;
