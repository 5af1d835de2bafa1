using System.Text;
using System.Xml;
using System.Xml.Linq;
using Tmds.DBus.Protocol;

namespace DBus.Contract.Tests;

public sealed class MethodTests : ContractTest
{
    [Fact]
    public async Task ConnectionDictionary_GoesThereAndBack()
    {
        (_, DBusConnection client) = await ConnectBothAsync(EchoSettings);
        var addresses = new Array<Array<uint>> { new Array<uint> { 0x0100090A, 24, 0 } };
        var addressData = new Array<Dict<string, VariantValue>>
        {
            new() { ["address"] = "10.9.0.1", ["prefix"] = 24u },
        };
        VariantValue ip6 = VariantValue.Array(
            "(ayuay)"u8, [VariantValue.Struct(VariantValue.Array(new byte[16]), 64u, VariantValue.Array(new byte[16]))]);
        var sent = new Dictionary<string, Dictionary<string, VariantValue>>
        {
            ["connection"] = new() { ["id"] = "Büro", ["timestamp"] = 1234567890123UL, ["autoconnect-priority"] = -3, ["autoconnect"] = false },
            ["vpn"] = new() { ["data"] = new Dict<string, string> { ["gateway"] = "vpn.example", ["user"] = "" }, ["permissions"] = VariantValue.Array(new[] { "user:me:" }) },
            ["ipv4"] = new() { ["addresses"] = addresses, ["address-data"] = addressData, ["route-metric"] = -1L },
            ["ipv6"] = new() { ["addresses"] = ip6, ["dns"] = VariantValue.Array("ay"u8, [VariantValue.Array(new byte[16])]) },
            ["proxy"] = [],
        };

        Dictionary<string, Dictionary<string, VariantValue>> got =
            await client.CallMethodAsync(CallWithSettings(client, sent), ReadSettings).WaitAsync(Patience);

        Assert.Equal(sent.Keys, got.Keys);
        foreach ((string setting, Dictionary<string, VariantValue> values) in sent)
        {
            Assert.Equal(values, got[setting]);
        }

        Assert.Equal("vpn.example", got["vpn"]["data"].GetDictionary<string, string>()["gateway"]);
        Assert.Equal([0x0100090Au, 24u, 0u], got["ipv4"]["addresses"].GetItem(0).GetArray<uint>());
        Assert.Equal(24u, got["ipv4"]["address-data"].GetItem(0).GetDictionary<string, VariantValue>()["prefix"].GetUInt32());
        Assert.Equal(64u, got["ipv6"]["addresses"].GetItem(0).GetItem(1).GetUInt32());
    }

    [Fact]
    public async Task T77_OneMebibyteValue_AndAThousandKeys_GoThereAndBack()
    {
        (_, DBusConnection client) = await ConnectBothAsync(EchoSettings);
        var sent = new Dictionary<string, Dictionary<string, VariantValue>>
        {
            ["vpn"] = new() { ["big"] = new string('x', 1 << 20), ["bytes"] = VariantValue.Array(new byte[1 << 20]) },
            ["keys"] = Enumerable.Range(0, 1000).ToDictionary(static i => $"key{i}", static i => (VariantValue)i),
        };
        Dictionary<string, Dictionary<string, VariantValue>> got =
            await client.CallMethodAsync(CallWithSettings(client, sent), ReadSettings).WaitAsync(Patience);
        Assert.Equal(1 << 20, got["vpn"]["big"].GetString().Length);
        Assert.Equal(1 << 20, got["vpn"]["bytes"].GetArray<byte>().Length);
        Assert.Equal(999, got["keys"]["key999"].GetInt32());
    }

    [Fact]
    public async Task ErrorReply_ArrivesWithNameAndText()
    {
        (_, DBusConnection client) = await ConnectBothAsync(static context =>
        {
            context.ReplyError("org.example.Error.Bad", "It is bad.");
            context.ReplyError("org.example.Error.Second", "Ignored.");
            return default;
        });
        DBusErrorReplyException e = await ErrorOf(client.CallMethodAsync(Call(client, "Fail")));
        Assert.Equal("org.example.Error.Bad", e.ErrorName);
        Assert.Equal("It is bad.", e.ErrorMessage);
    }

    [Fact]
    public async Task ErrorReplyWithoutText_RepeatsItsName()
    {
        (_, DBusConnection client) = await ConnectBothAsync(static context =>
        {
            context.ReplyError("org.example.Error.Bad");
            return default;
        });
        Assert.Equal("org.example.Error.Bad", (await ErrorOf(client.CallMethodAsync(Call(client, "Fail")))).ErrorMessage);
    }

    [Theory]
    [InlineData(ObjectPath)]
    [InlineData("/org/example/Elsewhere")]
    public async Task T75_NoAnswer_IsUnknownMethod(string path)
    {
        (_, DBusConnection client) = await ConnectBothAsync(static _ => default);
        DBusErrorReplyException e = await ErrorOf(client.CallMethodAsync(Call(client, "Nope", path: path)));
        Assert.Equal("org.freedesktop.DBus.Error.UnknownMethod", e.ErrorName);
        Assert.Contains("Nope", e.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(Interface, e.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyOwnsTheName_TheBusAnswers()
    {
        DBusConnection client = await ConnectAsync();
        Assert.Equal("org.freedesktop.DBus.Error.ServiceUnknown", (await ErrorOf(client.CallMethodAsync(Call(client, "Any")))).ErrorName);
    }

    [Fact]
    public async Task CallWithoutInterface_ReachesTheHandler()
    {
        (_, DBusConnection client) = await ConnectBothAsync(static context =>
        {
            ReplyString(context, $"{context.Request.InterfaceIsSet} {context.Request.InterfaceAsString ?? "null"} [{context.Request.SignatureAsString}]");
            return default;
        });
        Assert.Equal("False null []", await client.CallMethodAsync(Call(client, "Any", @interface: null), ReadString).WaitAsync(Patience));
    }

    [Fact]
    public async Task SecondReply_Throws()
    {
        var second = new TaskCompletionSource<Exception?>();
        (_, DBusConnection client) = await ConnectBothAsync(context =>
        {
            ReplyString(context, "first");
            second.SetResult(Record.Exception(() => ReplyString(context, "second")));
            Assert.True(context.ReplySent);
            return default;
        });
        Assert.Equal("first", await client.CallMethodAsync(Call(client, "Any"), ReadString).WaitAsync(Patience));
        Assert.IsType<InvalidOperationException>(await second.Task.WaitAsync(Patience));
    }

    [Fact]
    public async Task NoReplyExpected_NoReplyIsSent()
    {
        var handled = new TaskCompletionSource<bool>();
        (_, DBusConnection client) = await ConnectBothAsync(context =>
        {
            ReplyNothing(context);
            handled.SetResult(context.NoReplyExpected);
            return default;
        });
        Assert.True(client.TrySendMessage(Call(client, "Any", flags: MessageFlags.NoReplyExpected)));
        Assert.True(await handled.Task.WaitAsync(Patience));
        await RoundTripAsync(client);
    }

    [Fact]
    public async Task HandlerThatAwaits_DoesNotHoldUpTheNextCall()
    {
        var release = new TaskCompletionSource();
        (_, DBusConnection client) = await ConnectBothAsync(async context =>
        {
            if (context.Request.MemberAsString == "Slow")
            {
                await release.Task;
            }

            ReplyString(context, context.Request.MemberAsString!);
        });
        Task<string> slow = client.CallMethodAsync(Call(client, "Slow"), ReadString);
        Assert.Equal("Fast", await client.CallMethodAsync(Call(client, "Fast"), ReadString).WaitAsync(Patience));
        Assert.False(slow.IsCompleted);
        release.SetResult();
        Assert.Equal("Slow", await slow.WaitAsync(Patience));
    }

    [Fact]
    public async Task DisposesAsynchronously_ReplyComesLater()
    {
        var contexts = new TaskCompletionSource<MethodContext>();
        (_, DBusConnection client) = await ConnectBothAsync(context =>
        {
            context.DisposesAsynchronously = true;
            contexts.SetResult(context);
            return default;
        });
        Task<string> call = client.CallMethodAsync(Call(client, "Later"), ReadString);
        using (MethodContext context = await contexts.Task.WaitAsync(Patience))
        {
            Assert.Throws<InvalidOperationException>(() => context.DisposesAsynchronously = false);
            ReplyString(context, "later");
        }

        Assert.Equal("later", await call.WaitAsync(Patience));
    }

    [Fact]
    public async Task UseAfterTheHandler_IsRefused()
    {
        var contexts = new TaskCompletionSource<MethodContext>();
        (_, DBusConnection client) = await ConnectBothAsync(context =>
        {
            ReplyNothing(context);
            contexts.SetResult(context);
            return default;
        });
        await client.CallMethodAsync(Call(client, "Any")).WaitAsync(Patience);

        // The next call is looked at only when the handler of the first one is through.
        await client.CallMethodAsync(Call(client, "Ping", "org.freedesktop.DBus.Peer")).WaitAsync(Patience);
        MethodContext context = await contexts.Task;
        Assert.Throws<ObjectDisposedException>(() => ReplyNothing(context));
    }

    [Fact]
    public async Task HandlerExceptionWithoutOnException_ClosesTheConnection()
    {
        (DBusConnection service, DBusConnection client) = await ConnectBothAsync(static _ => throw new InvalidOperationException("boom"));
        Task<Exception?> gone = service.DisconnectedAsync();
        DBusErrorReplyException e = await ErrorOf(client.CallMethodAsync(Call(client, "Boom")));
        Assert.Equal("org.freedesktop.DBus.Error.NoReply", e.ErrorName);
        Assert.Equal("boom", (await gone.WaitAsync(Patience))!.Message);
    }

    [Fact]
    public async Task HandlerExceptionWithOnException_IsReplied_AndTheConnectionStays()
    {
        var sources = new List<DBusConnection.ExceptionSource>();
        (_, DBusConnection client) = await ConnectBothAsync(
            static async context =>
            {
                await Task.Yield();
                throw new InvalidOperationException("boom");
            },
            context =>
            {
                sources.Add(context.Source);
                Assert.True(context.DisconnectConnection);
                context.DisconnectConnection = false;
            });
        for (int i = 0; i < 2; i++)
        {
            DBusErrorReplyException e = await ErrorOf(client.CallMethodAsync(Call(client, "Boom")));
            Assert.Equal("org.freedesktop.DBus.Error.Failed", e.ErrorName);
            Assert.Contains("boom", e.ErrorMessage, StringComparison.Ordinal);
        }

        Assert.Equal([DBusConnection.ExceptionSource.MethodHandler, DBusConnection.ExceptionSource.MethodHandler], sources);
    }

    [Fact]
    public async Task Properties_AreTheHandlersBusiness()
    {
        (_, DBusConnection client) = await ConnectBothAsync(static context =>
        {
            if (context.IsPropertiesInterfaceRequest && context.Request.MemberAsString == "GetAll")
            {
                using MessageWriter writer = context.CreateReplyWriter("a{sv}");
                writer.WriteDictionary(new Dictionary<string, VariantValue> { ["State"] = 4u });
                context.Reply(writer.CreateMessage());
            }

            return default;
        });
        Dictionary<string, VariantValue> all = await client.CallMethodAsync(
            CallWithString(client, "GetAll", Interface, "org.freedesktop.DBus.Properties"),
            static (m, _) => m.GetBodyReader().ReadDictionaryOfStringToVariantValue()).WaitAsync(Patience);
        Assert.Equal(4u, all["State"].GetUInt32());
    }

    [Fact]
    public async Task T74_Introspection_ListsInterfacesAndChildren()
    {
        byte[] xml = Encoding.UTF8.GetBytes($"<interface name=\"{Interface}\"/>");
        (_, DBusConnection client) = await ConnectBothAsync(context =>
        {
            if (context.IsDBusIntrospectRequest)
            {
                context.ReplyIntrospectXml([xml, IntrospectionXml.DBusProperties]);
            }

            return default;
        });
        const string Introspectable = "org.freedesktop.DBus.Introspectable";
        string own = await client.CallMethodAsync(Call(client, "Introspect", Introspectable), ReadString).WaitAsync(Patience);
        using var reader = XmlReader.Create(new StringReader(own), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        Assert.Equal(
            [Interface, "org.freedesktop.DBus.Properties", Introspectable, "org.freedesktop.DBus.Peer"],
            XDocument.Load(reader).Root!.Elements("interface").Select(static e => e.Attribute("name")!.Value));

        string above = await client.CallMethodAsync(Call(client, "Introspect", Introspectable, "/org"), ReadString).WaitAsync(Patience);
        Assert.Contains("<node name=\"example\"/>", above, StringComparison.Ordinal);
        Assert.DoesNotContain("<interface", above, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peer_IsAnsweredForEveryPath()
    {
        (_, DBusConnection client) = await ConnectBothAsync(static _ => default);
        await client.CallMethodAsync(Call(client, "Ping", "org.freedesktop.DBus.Peer", "/any/where")).WaitAsync(Patience);
        string id = await client.CallMethodAsync(Call(client, "GetMachineId", "org.freedesktop.DBus.Peer"), ReadString).WaitAsync(Patience);
        Assert.Equal(32, id.Length);
    }

    [Fact]
    public async Task Handlers_OnePerPath_AllOrNothing()
    {
        DBusConnection service = await ConnectAsync();
        Handler first = new("/a", static _ => default);
        service.AddMethodHandler(first);
        Assert.Throws<InvalidOperationException>(() => service.AddMethodHandlers([new Handler("/b", static _ => default), first]));
        service.AddMethodHandler(new Handler("/b", static _ => default));
        Assert.Throws<FormatException>(() => service.AddMethodHandler(new Handler("/b/", static _ => default)));
        service.RemoveMethodHandler("/a");
        service.AddMethodHandler(first);
    }

    private static ValueTask EchoSettings(MethodContext context)
    {
        Dictionary<string, Dictionary<string, VariantValue>> settings = ReadSettings(context.Request, null);
        using MessageWriter writer = context.CreateReplyWriter("a{sa{sv}}");
        WriteSettings(writer, settings);
        context.Reply(writer.CreateMessage());
        return default;
    }

    private static MessageBuffer CallWithSettings(DBusConnection client, Dictionary<string, Dictionary<string, VariantValue>> settings)
    {
        using MessageWriter writer = client.GetMessageWriter();
        writer.WriteMethodCallHeader(Name, ObjectPath, Interface, "Connect", "a{sa{sv}}");
        WriteSettings(writer, settings);
        return writer.CreateMessage();
    }

    private static void WriteSettings(MessageWriter writer, Dictionary<string, Dictionary<string, VariantValue>> settings)
    {
        ArrayStart start = writer.WriteDictionaryStart();
        foreach ((string name, Dictionary<string, VariantValue> values) in settings)
        {
            writer.WriteDictionaryEntryStart();
            writer.WriteString(name);
            writer.WriteDictionary(values);
        }

        writer.WriteDictionaryEnd(start);
    }

    private static Dictionary<string, Dictionary<string, VariantValue>> ReadSettings(Message message, object? state)
    {
        var settings = new Dictionary<string, Dictionary<string, VariantValue>>();
        Reader reader = message.GetBodyReader();
        ArrayEnd end = reader.ReadDictionaryStart();
        while (reader.HasNext(end))
        {
            string name = reader.ReadString();
            settings[name] = reader.ReadDictionaryOfStringToVariantValue();
        }

        return settings;
    }
}
