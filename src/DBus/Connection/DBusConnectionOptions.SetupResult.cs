namespace Tmds.DBus.Protocol;

public partial class DBusConnectionOptions
{
    /// <summary>Where to connect to, and as whom.</summary>
    public class SetupResult
    {
        /// <param name="address">A D-Bus server address.</param>
        public SetupResult(string address)
        {
            ArgumentNullException.ThrowIfNull(address);
            ConnectionAddress = address;
        }

        public SetupResult()
            : this("")
        {
        }

        public string ConnectionAddress { get; }

        public object? TeardownToken { get; set; }

        /// <summary>For SASL EXTERNAL: the uid in decimal. Null lets the server ask the socket.</summary>
        public string? UserId { get; set; }

        /// <summary>For <c>org.freedesktop.DBus.Peer.GetMachineId</c>: 32 hex digits.</summary>
        public string? MachineId { get; set; }

        /// <summary>Accepted and ignored: file descriptors are never negotiated here.</summary>
        public bool SupportsFdPassing { get; set; }

        /// <summary>A stream that is used instead of the address.</summary>
        public Stream? ConnectionStream { get; set; }
    }
}
