using NmPlugin.IpConfig;
using Tmds.DBus.Protocol;

namespace NmPlugin.Bus;

/// <summary>A dict that a helper gave by SetConfig and that is sent on as it is.</summary>
internal sealed record ForwardedDictionary(Dictionary<string, VariantValue> Values) : ISignalBody;
