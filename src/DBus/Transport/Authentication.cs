using System.Text;

namespace Tmds.DBus.Protocol;

/// <summary>
/// SASL EXTERNAL, the client's side, written in one go with BEGIN: the server reads BEGIN only after it has accepted, so nothing is
/// lost when it refuses. There is no fallback to ANONYMOUS, and file descriptors are not negotiated.
/// </summary>
internal static class Authentication
{
    /// <param name="stream">A fresh connection.</param>
    /// <param name="userId">Who we claim to be, in decimal; null lets the server ask the socket.</param>
    /// <param name="guid">What the server must call itself; null accepts any.</param>
    /// <param name="cancellationToken">Ends the dialogue.</param>
    /// <exception cref="DBusConnectionException">The server refuses us or is another one.</exception>
    public static async Task RunAsync(MessageStream stream, string? userId, string? guid, CancellationToken cancellationToken)
    {
        string initial = userId is null
            ? "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"
            : $"\0AUTH EXTERNAL {Convert.ToHexStringLower(Encoding.ASCII.GetBytes(userId))}\r\nBEGIN\r\n";
        await stream.WriteRawAsync(Encoding.ASCII.GetBytes(initial), cancellationToken).ConfigureAwait(false);
        string answer = await stream.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        if (userId is null && answer.TrimEnd() == "DATA")
        {
            answer = await stream.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }

        string[] words = answer.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["OK", { Length: 32 } serverGuid] || !serverGuid.All(char.IsAsciiHexDigit))
        {
            throw new DBusConnectionException($"The server refuses to authenticate us: {answer}");
        }

        if (guid is not null && !guid.Equals(serverGuid, StringComparison.OrdinalIgnoreCase))
        {
            throw new DBusConnectionException("The server is not the one that the address names (guid differs).");
        }
    }
}
