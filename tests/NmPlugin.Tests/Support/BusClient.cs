using NmPlugin.Bus;
using NmPlugin.Profile;
using Tmds.DBus.Protocol;

namespace NmPlugin.Tests.Support;

/// <summary>
/// Plays NetworkManager on a private bus. Signals, replies and errors go into one transcript in the order in which they arrived:
/// "StateChanged 3", "Config", "Connect ok", "Connect WrongState".
/// </summary>
internal sealed class BusClient : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly DBusConnection _connection;
    private readonly string _service;
    private readonly Lock _order = new();

    private BusClient(DBusConnection connection, string service)
    {
        _connection = connection;
        _service = service;
    }

    public Transcript Transcript { get; } = new();

    /// <summary>Bodies of Config, Ip4Config and Ip6Config in order of arrival. Read it after the transcript shows them.</summary>
    public List<(string Signal, Dictionary<string, VariantValue> Body)> Configs { get; } = [];

    public string LastErrorText { get; private set; } = "";

    /// <summary>The message of the last SecretsRequired. Read it after the transcript shows it.</summary>
    public string LastQuestion { get; private set; } = "";

    public DBusConnection Connection => _connection;

    public static async Task<BusClient> ConnectAsync(string address, string service)
    {
        var connection = new DBusConnection(address);
        await connection.ConnectAsync().AsTask().WaitAsync(s_patience).ConfigureAwait(false);
        var client = new BusClient(connection, service);
        await client.WatchAsync("StateChanged", "u").WaitAsync(s_patience).ConfigureAwait(false);
        await client.WatchAsync("Failure", "u").ConfigureAwait(false);
        await client.WatchAsync("SecretsRequired", "sas").ConfigureAwait(false);
        await client.WatchAsync("Config", "a{sv}").ConfigureAwait(false);
        await client.WatchAsync("Ip4Config", "a{sv}").ConfigureAwait(false);
        await client.WatchAsync("Ip6Config", "a{sv}").ConfigureAwait(false);
        await client.WatchNameAsync().ConfigureAwait(false);
        return client;
    }

    public Task<string> NeedSecretsAsync(ConnectionSettings connection) => CallAsync("NeedSecrets", connection);

    public Task<string> ConnectAsync(ConnectionSettings connection) => CallAsync("Connect", connection);

    public Task<string> ConnectInteractiveAsync(ConnectionSettings connection) =>
        CallAsync(BusNames.PluginInterface, "ConnectInteractive", "a{sa{sv}}a{sv}", connection, alsoDetails: true);

    public Task<string> CallAsync(string member, ConnectionSettings? connection = null) =>
        CallAsync(BusNames.PluginInterface, member, connection is null ? null : "a{sa{sv}}", connection);

    /// <returns>"ok", the returned string, or the last part of the error's name; the same goes into the transcript.</returns>
    public async Task<string> CallAsync(string? interfaceName, string member, string? signature, ConnectionSettings? connection = null, bool alsoDetails = false)
    {
        MessageBuffer message = Message(interfaceName, member, signature, connection, alsoDetails);
        return await SendAsync(member, message).ConfigureAwait(false);
    }

    /// <summary>Any call: the body is written by the test.</summary>
    public async Task<string> SendAsync(string member, MessageBuffer message)
    {
        Task<string> noted;
        // Signals wait until somebody waits for the reply: an error that comes at once then still gets its place before them.
        lock (_order)
        {
            Task<string> call = _connection.CallMethodAsync(message, (reply, _) =>
            {
                string text = reply.SignatureAsString switch { "" => "ok", "s" => reply.GetBodyReader().ReadString(), var other => other };
                Transcript.Add($"{member} {text}");
                return text;
            });
            noted = call.ContinueWith(ended => Note(member, ended), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
        return await noted.WaitAsync(s_patience).ConfigureAwait(false);
    }

    private void AddSignal(string text)
    {
        lock (_order)
        {
            Transcript.Add(text);
        }
    }

    private string Note(string member, Task<string> ended)
    {
        if (ended.Exception?.InnerException is not DBusErrorReplyException e)
        {
            return ended.GetAwaiter().GetResult();
        }
        LastErrorText = e.ErrorMessage;
        string result = e.ErrorName[(e.ErrorName.LastIndexOf('.') + 1)..];
        Transcript.Add($"{member} {result}");
        return result;
    }

    public MessageBuffer Message(string? interfaceName, string member, string? signature, ConnectionSettings? connection = null, bool alsoDetails = false)
    {
        MessageWriter writer = _connection.GetMessageWriter();
        writer.WriteMethodCallHeader(_service, BusNames.PluginPath, interfaceName, member, signature);
        if (connection is not null)
        {
            WireConnection.Write(ref writer, connection);
        }
        if (alsoDetails)
        {
            writer.WriteDictionary(new Dictionary<string, VariantValue>());
        }
        return writer.CreateMessage();
    }

    public void Dispose() => _connection.Dispose();

    private async Task WatchAsync(string signal, string signature)
    {
        var rule = new MatchRule { Type = MessageType.Signal, Interface = BusNames.PluginInterface, Path = BusNames.PluginPath, Member = signal };
        await _connection.AddMatchAsync(
            rule,
            (message, _) =>
            {
                if (message.SignatureAsString != signature)
                {
                    return $"{signal} with signature {message.SignatureAsString}";
                }
                Reader reader = message.GetBodyReader();
                if (signature == "u")
                {
                    return $"{signal} {reader.ReadUInt32()}";
                }
                if (signature == "sas")
                {
                    LastQuestion = reader.ReadString();
                    return $"{signal} {string.Join('+', reader.ReadArrayOfString())}";
                }
                Configs.Add((signal, reader.ReadDictionaryOfStringToVariantValue()));
                return signal;
            },
            (Notification<string> notification) =>
            {
                if (notification.HasValue)
                {
                    AddSignal(notification.Value);
                }
            },
            emitOnCapturedContext: false).ConfigureAwait(false);
    }

    /// <summary>"name owned", "name lost"</summary>
    private async Task WatchNameAsync()
    {
        var rule = new MatchRule { Type = MessageType.Signal, Sender = BusNames.Bus, Interface = BusNames.Bus, Member = "NameOwnerChanged", Arg0 = _service };
        await _connection.AddMatchAsync(
            rule,
            static (message, _) =>
            {
                Reader reader = message.GetBodyReader();
                reader.ReadString();
                reader.ReadString();
                return reader.ReadString().Length > 0 ? "name owned" : "name lost";
            },
            (Notification<string> notification) =>
            {
                if (notification.HasValue)
                {
                    AddSignal(notification.Value);
                }
            },
            emitOnCapturedContext: false).ConfigureAwait(false);
    }
}
