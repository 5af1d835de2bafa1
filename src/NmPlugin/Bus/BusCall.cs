using NmPlugin.Plugin;
using Tmds.DBus.Protocol;

namespace NmPlugin.Bus;

/// <summary>A method call whose reply is made later, by the service's queue. Replies to a bus that is gone are dropped.</summary>
internal sealed class BusCall : IPluginCall
{
    private readonly MethodContext _context;

    public BusCall(MethodContext context)
    {
        context.DisposesAsynchronously = true;
        _context = context;
        Caller = context.Request.SenderAsString ?? "";
    }

    public string Caller { get; }

    public void Reply() => Finish(static context =>
    {
        using MessageWriter writer = context.CreateReplyWriter(null);
        context.Reply(writer.CreateMessage());
    });

    public void Reply(string text) => Finish(context =>
    {
        using MessageWriter writer = context.CreateReplyWriter("s");
        writer.WriteString(text);
        context.Reply(writer.CreateMessage());
    });

    public void ReplyError(VpnError error, string text) =>
        Finish(context => context.ReplyError(BusNames.ErrorPrefix + error, text.Replace('\0', ' ')));

    private void Finish(Action<MethodContext> reply)
    {
        using (_context)
        {
            try
            {
                reply(_context);
            }
            catch (Exception e) when (e is ObjectDisposedException or DBusConnectionException)
            {
                // The caller learns of the lost connection from the bus.
            }
        }
    }
}
