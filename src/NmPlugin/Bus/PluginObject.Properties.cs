using Tmds.DBus.Protocol;

namespace NmPlugin.Bus;

// org.freedesktop.DBus.Properties: the State property, read-only.
internal sealed partial class PluginObject
{
    private const string StateProperty = "State";

    private void HandleProperties(MethodContext context)
    {
        switch (context.Request.MemberAsString, context.Request.SignatureAsString)
        {
            case ("Get", "ss"):
                Get(context);
                break;
            case ("GetAll", "s"):
                GetAll(context);
                break;
            case ("Set", "ssv"):
                Set(context);
                break;
            case ("Get" or "GetAll" or "Set", string signature):
                context.ReplyError(BusNames.InvalidArgs, $"wrong arguments: '{signature}'");
                break;
            default:
                context.ReplyUnknownMethodError();
                break;
        }
    }

    private void Get(MethodContext context)
    {
        Reader reader = context.Request.GetBodyReader();
        if (IsState(context, reader.ReadString(), reader.ReadString()))
        {
            using MessageWriter writer = context.CreateReplyWriter("v");
            writer.WriteVariantUInt32((uint)State);
            context.Reply(writer.CreateMessage());
        }
    }

    private void GetAll(MethodContext context)
    {
        Reader reader = context.Request.GetBodyReader();
        if (IsState(context, reader.ReadString(), StateProperty))
        {
            using MessageWriter writer = context.CreateReplyWriter("a{sv}");
            writer.WriteDictionary(new Dictionary<string, VariantValue> { [StateProperty] = (uint)State });
            context.Reply(writer.CreateMessage());
        }
    }

    private static void Set(MethodContext context)
    {
        Reader reader = context.Request.GetBodyReader();
        if (IsState(context, reader.ReadString(), reader.ReadString()))
        {
            context.ReplyError(BusNames.PropertyReadOnly, "State cannot be set");
        }
    }

    /// <summary>An empty interface name means any.</summary>
    private static bool IsState(MethodContext context, string interfaceName, string property)
    {
        if (interfaceName.Length > 0 && interfaceName != BusNames.PluginInterface)
        {
            context.ReplyError(BusNames.UnknownInterface, $"no interface {interfaceName} here");
            return false;
        }
        if (property != StateProperty)
        {
            context.ReplyError(BusNames.UnknownProperty, $"no property {property} here");
            return false;
        }
        return true;
    }
}
