using System.Reflection;
using Tmds.DBus.Protocol;

namespace DBus.Tests;

/// <summary>
/// Our surface is a subset of that of Tmds.DBus.Protocol 0.93.0: whoever compiles against this project compiles against the package.
/// The table is what the plugin may use; a member that is not in it does not exist in the package, or nobody has checked.
/// </summary>
public sealed class PublicApiTests
{
    private const string Exceptions = ".ctor";
    private const string Getters = "GetByte GetBool GetInt16 GetUInt16 GetInt32 GetUInt32 GetInt64 GetUInt64 GetDouble GetString GetObjectPath "
        + "GetObjectPathAsString GetSignature GetArray GetDictionary GetItem GetDictionaryEntry GetVariantValue";
    private const string Factories = "Byte Bool Int16 UInt16 Int32 UInt32 Int64 UInt64 Double String ObjectPath Signature Array ArrayOfVariant "
        + "Dictionary Struct Variant";
    private const string ListMembers = "Add Clear Contains CopyTo Count IndexOf Insert Item Remove RemoveAt";

    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["DBusConnection"] = ".ctor ConnectAsync UniqueName GetMessageWriter CallMethodAsync TrySendMessage AddMethodHandler AddMethodHandlers "
            + "RemoveMethodHandler RemoveMethodHandlers AddMatchAsync WatchSignalAsync WatchPropertiesChangedAsync RequestNameAsync "
            + "TryRequestNameAsync QueueNameRequestAsync ReleaseNameAsync DisconnectedAsync Dispose ExceptionContext ExceptionSource",
        ["DBusConnection+ExceptionContext"] = "Exception Source DisconnectConnection",
        ["DBusConnection+ExceptionSource"] = "SignalReader=0 SignalHandler=1 MethodHandler=2 ConnectionFailed=3",
        ["DBusConnectionOptions"] = ".ctor AutoConnect OnException SetupAsync Teardown SetupResult",
        ["DBusConnectionOptions+SetupResult"] = ".ctor ConnectionAddress TeardownToken UserId MachineId SupportsFdPassing ConnectionStream",
        ["DBusAddress"] = "System Session",
        ["MessageValueReader`1"] = ".ctor Invoke BeginInvoke EndInvoke",
        ["IPathMethodHandler"] = "Path HandlesChildPaths HandleMethodAsync",
        ["MethodContext"] = "Request Connection RequestAborted ReplySent NoReplyExpected DisposesAsynchronously IsPropertiesInterfaceRequest "
            + "IsDBusIntrospectRequest CreateReplyWriter Reply ReplyError ReplyUnknownMethodError ReplyIntrospectXml HandleException Dispose",
        ["IntrospectionXml"] = "DBusProperties DBusIntrospectable DBusPeer",
        ["Message"] = "IsBigEndian Serial MessageFlags MessageType ReplySerial UnixFdCount Path Interface Member ErrorName Destination Sender "
            + "Signature PathAsString InterfaceAsString MemberAsString ErrorNameAsString DestinationAsString SenderAsString SignatureAsString "
            + "PathIsSet InterfaceIsSet MemberIsSet ErrorNameIsSet DestinationIsSet SenderIsSet SignatureIsSet GetBodyReader",
        ["MessageBuffer"] = "",
        ["MessageWriter"] = "WriteMethodCallHeader WriteMethodReturnHeader WriteError WriteSignalHeader WriteBool WriteByte WriteInt16 WriteUInt16 "
            + "WriteInt32 WriteUInt32 WriteInt64 WriteUInt64 WriteDouble WriteString WriteObjectPath WriteSignature WriteVariant WriteVariantBool "
            + "WriteVariantByte WriteVariantInt16 WriteVariantUInt16 WriteVariantInt32 WriteVariantUInt32 WriteVariantInt64 WriteVariantUInt64 "
            + "WriteVariantDouble WriteVariantString WriteVariantObjectPath WriteArrayStart WriteArrayEnd WriteArray WriteDictionaryStart "
            + "WriteDictionaryEnd WriteDictionaryEntryStart WriteDictionary WriteStructureStart CreateMessage Dispose",
        ["Reader"] = "ReadBool ReadByte ReadInt16 ReadUInt16 ReadInt32 ReadUInt32 ReadInt64 ReadUInt64 ReadDouble ReadString ReadStringAsSpan "
            + "ReadObjectPath ReadObjectPathAsString ReadSignature ReadSignatureAsSpan ReadArrayOfByte ReadArrayOfBool ReadArrayOfInt16 "
            + "ReadArrayOfUInt16 ReadArrayOfInt32 ReadArrayOfUInt32 ReadArrayOfInt64 ReadArrayOfUInt64 ReadArrayOfDouble ReadArrayOfString "
            + "ReadArrayOfObjectPath ReadArrayOfSignature ReadArrayOfVariantValue ReadDictionaryOfStringToVariantValue ReadVariantValue "
            + "ReadArrayStart ReadDictionaryStart HasNext SkipTo AlignStruct",
        ["ArrayStart"] = "",
        ["ArrayEnd"] = "",
        ["VariantValue"] = $"{Getters} {Factories} Type ItemType KeyType ValueType Count op_Implicit op_Equality op_Inequality",
        ["ObjectPath"] = ".ctor op_Implicit",
        ["Signature"] = ".ctor op_Implicit",
        ["Array`1"] = $".ctor {ListMembers} AsVariantValue op_Implicit",
        ["Dict`2"] = ".ctor Add Clear ContainsKey Count Item Remove TryGetValue AsVariantValue op_Implicit",
        ["Struct"] = "Create",
        ["Struct`1"] = ".ctor Item1 AsVariantValue op_Implicit",
        ["Struct`2"] = ".ctor Item1 Item2 AsVariantValue op_Implicit",
        ["Struct`3"] = ".ctor Item1 Item2 Item3 AsVariantValue op_Implicit",
        ["Struct`4"] = ".ctor Item1 Item2 Item3 Item4 AsVariantValue op_Implicit",
        ["Notification"] = "Exception Type IsCompletion State Stop",
        ["Notification`1"] = "HasValue Value IsCompletion Type Exception State Stop",
        ["MatchRule"] = ".ctor Type Sender Interface Member Path PathNamespace Destination Arg0 Arg0Path Arg0Namespace",
        ["DBusType"] = "Byte=121 Bool=98 Int16=110 UInt16=113 Int32=105 UInt32=117 Int64=120 UInt64=116 Double=100 String=115 ObjectPath=111 "
            + "Signature=103 Array=97 Struct=40 Variant=118 DictEntry=123 UnixFd=104",
        ["VariantValueType"] = "Invalid=0 Byte=121 Bool=98 Int16=110 UInt16=113 Int32=105 UInt32=117 Int64=120 UInt64=116 Double=100 String=115 "
            + "ObjectPath=111 Signature=103 Array=97 Struct=40 Variant=118 Dictionary=123 UnixFd=104",
        ["MessageType"] = "MethodCall=1 MethodReturn=2 Error=3 Signal=4",
        ["MessageFlags"] = "None=0 NoReplyExpected=1 NoAutoStart=2 AllowInteractiveAuthorization=4",
        ["RequestNameOptions"] = "None=0 AllowReplacement=1 ReplaceExisting=2 Default=3",
        ["ObserverFlags"] = "None=0 EmitOnConnectionClosed=1 EmitOnObserverDispose=2 NoSubscribe=4 EmitOnOwnerChanged=8 "
            + "EmitOnConnectionFailed=16 EmitOnReaderFailed=32 EmitAll=59",
        ["NotificationType"] = "Value=1 ObserverDisposed=2 ConnectionClosed=3 ConnectionFailed=4 ReaderFailed=5 OwnerChanged=6",
        ["DBusExceptionBase"] = Exceptions,
        ["DBusConnectionException"] = Exceptions,
        ["DBusConnectFailedException"] = Exceptions,
        ["DBusConnectionClosedException"] = Exceptions,
        ["DBusMessageException"] = Exceptions,
        ["DBusErrorReplyException"] = ".ctor ErrorName ErrorMessage",
        ["DBusReadException"] = Exceptions,
        ["DBusUnexpectedValueException"] = Exceptions,
        ["DBusOwnerChangedException"] = Exceptions,
    };

    /// <summary>The calls that the plugin makes, by their full shape: an optional parameter more or less would still compile here only.</summary>
    private static readonly string[] Shapes =
    [
        "ValueTask ConnectAsync()",
        "Task CallMethodAsync(MessageBuffer message)",
        "Task<T> CallMethodAsync(MessageBuffer message, MessageValueReader<T> reader, Object readerState=null)",
        "Boolean TrySendMessage(MessageBuffer message)",
        "ValueTask<IDisposable> AddMatchAsync(MatchRule rule, MessageValueReader<T> reader, Action<Notification<T>> handler, "
            + "Boolean emitOnCapturedContext=True, ObserverFlags flags=None, Object state=null)",
        "ValueTask<IDisposable> WatchSignalAsync(String sender, String path, String interface, String signal, MessageValueReader<T> reader, "
            + "Action<Notification<T>> handler, ObserverFlags flags, Boolean emitOnCapturedContext=True, Object state=null)",
        "ValueTask<IDisposable> WatchSignalAsync(String sender, String path, String interface, String signal, "
            + "Action<Notification> handler, ObserverFlags flags, Boolean emitOnCapturedContext=True, Object state=null)",
        "Task RequestNameAsync(String name, RequestNameOptions options)",
        "Task RequestNameAsync(String name, RequestNameOptions options=Default, Action<String,Object> onLost=null, Object actionState=null, "
            + "Boolean emitOnCapturedContext=True)",
        "Task<Boolean> ReleaseNameAsync(String serviceName)",
        "Task<Exception> DisconnectedAsync()",
    ];

    [Fact]
    public void Surface_IsASubsetOfThePackages()
    {
        const string OfEveryObject = "ToString Equals GetHashCode";
        foreach (Type type in typeof(DBusConnection).Assembly.GetExportedTypes())
        {
            string name = type.FullName!["Tmds.DBus.Protocol.".Length..];
            Assert.True(Allowed.TryGetValue(name, out string? members), $"{name} is not in the package.");
            string[] allowed = $"{members} {OfEveryObject}".Split(' ');
            foreach (string member in MembersOf(type))
            {
                Assert.True(allowed.Contains(member), $"{name}.{member} is not in the package.");
            }
        }
    }

    [Fact]
    public void Calls_HaveThePackagesShape()
    {
        string[] actual = [.. typeof(DBusConnection).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Select(ShapeOf)];
        Assert.All(Shapes, shape => Assert.Contains(shape, actual));
    }

    private static IEnumerable<string> MembersOf(Type type)
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(n => $"{n}={Convert.ToInt64(Enum.Parse(type, n), null)}");
        }

        return type.GetMembers(Declared).Where(IsVisible).Select(static m => m.Name);
    }

    private static bool IsVisible(MemberInfo member) => member switch
    {
        MethodInfo { IsSpecialName: true } m => m.Name.StartsWith("op_", StringComparison.Ordinal),
        MethodBase m => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly,
        FieldInfo f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly,
        PropertyInfo p => p.GetAccessors().Length > 0,
        Type t => t.IsNestedPublic,
        _ => true,
    };

    private static string ShapeOf(MethodInfo method)
        => $"{NameOf(method.ReturnType)} {method.Name}({string.Join(", ", method.GetParameters().Select(ParameterOf))})";

    private static string ParameterOf(ParameterInfo parameter)
    {
        string text = $"{NameOf(parameter.ParameterType)} {parameter.Name}";
        if (!parameter.HasDefaultValue)
        {
            return text;
        }

        object? value = parameter.DefaultValue;
        return $"{text}={(parameter.ParameterType.IsEnum ? Enum.ToObject(parameter.ParameterType, value!) : value ?? "null")}";
    }

    private static string NameOf(Type type) => type.IsGenericType
        ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(",", type.GetGenericArguments().Select(NameOf))}>"
        : type.Name;
}
