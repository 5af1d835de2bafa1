using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using NmPlugin.IpConfig;
using NmPlugin.Logging;
using NmPlugin.Plugin;
using NmPlugin.Profile;
using Tmds.DBus.Protocol;

namespace NmPlugin.Bus;

/// <summary>
/// The object that NetworkManager calls. It only reads the arguments and queues the call: the service's single consumer answers,
/// so that calls cannot overtake each other. Called on the connection's read loop.
/// </summary>
internal sealed partial class PluginObject(Action<PluginEvent> post, ILogger log) : IPathMethodHandler
{
    /// <summary>The methods of the plugin interface with the signature of their arguments.</summary>
    private static readonly FrozenDictionary<string, MethodRow> s_methods = new Dictionary<string, MethodRow>
    {
        ["NeedSecrets"] = new("a{sa{sv}}", static (call, connection, _) => new PluginEvent.NeedSecretsCalled(call, connection)),
        ["Connect"] = new("a{sa{sv}}", static (call, connection, _) => new PluginEvent.ConnectCalled(call, connection, Interactive: false)),
        ["ConnectInteractive"] = new("a{sa{sv}}a{sv}", static (call, connection, _) => new PluginEvent.ConnectCalled(call, connection, Interactive: true)),
        ["NewSecrets"] = new("a{sa{sv}}", static (call, connection, _) => new PluginEvent.NewSecretsCalled(call, connection)),
        ["Disconnect"] = new("", static (call, _, _) => new PluginEvent.DisconnectCalled(call)),
        ["SetConfig"] = new("a{sv}", static (call, _, body) => new PluginEvent.SetConfigCalled(call, ConfigSignal.Config, body)),
        ["SetIp4Config"] = new("a{sv}", static (call, _, body) => new PluginEvent.SetConfigCalled(call, ConfigSignal.Ip4Config, body)),
        ["SetIp6Config"] = new("a{sv}", static (call, _, body) => new PluginEvent.SetConfigCalled(call, ConfigSignal.Ip6Config, body)),
        ["SetFailure"] = new("s", static (call, _, _) => new PluginEvent.SetFailureCalled(call)),
    }.ToFrozenDictionary();

    private static readonly ConnectionSettings s_noConnection = new() { HasVpn = false };

    private static readonly ForwardedDictionary s_noBody = new([]);

    private delegate PluginEvent ToEvent(IPluginCall call, ConnectionSettings connection, ISignalBody body);

    public string Path => BusNames.PluginPath;

    public bool HandlesChildPaths => false;

    /// <summary>What the State property says.</summary>
    public VpnServiceState State { get; set; } = VpnServiceState.Init;

    public ValueTask HandleMethodAsync(MethodContext context)
    {
        try
        {
            Handle(context);
        }
        catch (DBusReadException e)
        {
            context.ReplyError(BusNames.InvalidArgs, e.Message);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            PluginLog.HandlerFailed(log, context.Request.MemberAsString ?? "", e.Message);
            context.ReplyError(BusNames.ErrorPrefix + VpnError.Failed, e.Message);
        }
        return ValueTask.CompletedTask;
    }

    private void Handle(MethodContext context)
    {
        if (context.IsDBusIntrospectRequest)
        {
            context.ReplyIntrospectXml([IntrospectionData.Plugin, IntrospectionXml.DBusProperties]);
            return;
        }
        if (context.IsPropertiesInterfaceRequest)
        {
            HandleProperties(context);
            return;
        }
        string? interfaceName = context.Request.InterfaceAsString;
        string member = context.Request.MemberAsString ?? "";
        if ((interfaceName is not null && interfaceName != BusNames.PluginInterface) || !s_methods.TryGetValue(member, out MethodRow? method))
        {
            context.ReplyUnknownMethodError();
            return;
        }
        if (context.Request.SignatureAsString != method.Signature)
        {
            context.ReplyError(BusNames.InvalidArgs, $"{member} takes '{method.Signature}', not '{context.Request.SignatureAsString}'");
            return;
        }
        PluginLog.Called(log, member, context.Request.SenderAsString ?? "");
        (ConnectionSettings connection, ISignalBody body) = ReadArguments(context.Request, method.Signature);
        post(method.ToEvent(new BusCall(context), connection, body));
    }

    private static (ConnectionSettings Connection, ISignalBody Body) ReadArguments(Message request, string signature)
    {
        Reader reader = request.GetBodyReader();
        ConnectionSettings connection = signature.StartsWith("a{sa{sv}}", StringComparison.Ordinal) ? ConnectionReader.Read(ref reader) : s_noConnection;
        ISignalBody body = signature == "a{sv}" ? new ForwardedDictionary(ConnectionReader.ReadValues(ref reader)) : s_noBody;
        return (connection, body);
    }

    private sealed record MethodRow(string Signature, ToEvent ToEvent);
}
