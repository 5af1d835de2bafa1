using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Interop;
using TunnelCore.Link;
using Win32Exception = System.ComponentModel.Win32Exception;

namespace TunnelCore.Pppd;

public sealed partial class PppdEngine
{
    /// <summary>What one running pppd holds of the system.</summary>
    private sealed class Resources : IDisposable
    {
        private static readonly Version s_verifiesPeer = new(2, 5);

        private static readonly TimeSpan s_join = TimeSpan.FromMilliseconds(100);

        public required PppdRunDirectory Directory { get; init; }

        /// <summary>Null while pppd has not been told what its line is, and when that is none of ours.</summary>
        public PtyPair? Pty { get; private set; }

        /// <summary>What pppd gets when it asks; null = nothing (any more).</summary>
        public PppdLine? Line { get; set; }

        /// <summary>Whoever wants to know what pppd sees; null when the frames come by here.</summary>
        public IKernelLink? KernelLink { get; set; }

        public required CallbackSocket Callback { get; init; }

        public required PppdProcess Process { get; init; }

        public required Bell Stop { get; init; }

        public PppdUplink? Uplink { get; set; }

        public PppdDownlink? Downlink { get; set; }

        public static Resources Open(PppOptions options, PppdCertificate? certificate, PppdSettings settings, ILogger logger)
        {
            PppdOptionTable.Check(options);
            string pppd = PppdFiles.FindPppd(settings);
            string plugin = PppdFiles.FindPlugin(settings);
            Stack<IDisposable> opened = new();
            try
            {
                PppdRunDirectory directory = Keep(opened, PppdRunDirectory.Create(settings.RunRoot, logger));
                Bell stop = Keep(opened, new Bell());
                PtyPair? pty = settings.AsksForLine() ? null : Keep(opened, PtyPair.Open());
                CallbackSocket callback = Keep(opened, new CallbackSocket(directory.SocketPath, logger));
                PppdOptionSource source = new(options, pty?.SlavePath, plugin, directory.SocketPath, settings.DefaultMtu, settings.LimitServer)
                {
                    Certificate = certificate,
                    CanVerifyPeer = options.Certificate is { } wanted && CanVerifyPeer(pppd, wanted, logger),
                };
                List<string> arguments = settings.Words is { } words ? PppdOptionTable.Build(source, words) : PppdOptionTable.Build(source);
                // Before pppd's libraries: see keying-material.c.
                PppdProcess process = PppdProcess.Start(pppd, arguments, certificate?.Files ?? [], certificate is null ? null : plugin);
                PppdLog.Started(logger, process.Pid, string.Join(' ', arguments));
                return new Resources { Directory = directory, Pty = pty, Callback = callback, Process = process, Stop = stop };
            }
            catch (Exception e)
            {
                while (opened.TryPop(out IDisposable? resource))
                {
                    resource.Dispose();
                }

                throw e is Win32Exception or SocketException or IOException or UnauthorizedAccessException
                    ? new TunnelException(Cause.EngineNotStarted, e.Message, e)
                    : e;
            }
        }

        /// <summary>The pty that pppd has been started with, or one for a pppd that asks for its line.</summary>
        public PtyPair TakePty()
        {
            if (Pty is null)
            {
                Pty = PtyPair.Open();
                Line = new PppdLine.Terminal(Pty);
            }

            return Pty;
        }

        /// <summary>
        /// Takes the line away from pppd. Waits for no thread: the uplink may be held up by a server that does not read, and finds the
        /// line closed whenever it comes back.
        /// </summary>
        public void HangUp()
        {
            Stop.Ring();
            Downlink?.Close();
            Pty?.Dispose();
            if (KernelLink is not null)
            {
                Callback.HangUp();
            }
        }

        public void Dispose()
        {
            HangUp();
            Uplink?.Join(s_join);
            Callback.Dispose();
            Process.Dispose();
            Stop.Dispose();
            Directory.Dispose();
        }

        /// <summary>Said before the connection is made: what this pppd will not do.</summary>
        private static bool CanVerifyPeer(string pppd, CertificateLogin login, ILogger logger)
        {
            bool names = login is { VerifyMethod: not (null or "none"), RemoteName.Length: > 0 };
            if (!names && !login.VerifyKeyUsage)
            {
                return false;
            }

            Version? version = PppdVersion.Ask(pppd);
            if (version >= s_verifiesPeer)
            {
                return true;
            }

            string[] keys =
            [
                .. names && login.VerifyMethod != PppdOptionTable.NameMethod ? [$"tls-verify-method={login.VerifyMethod}"] : Array.Empty<string>(),
                .. login.VerifyKeyUsage ? ["tls-verify-key-usage"] : Array.Empty<string>(),
            ];
            if (keys.Length > 0)
            {
                PppdLog.CannotVerify(logger, version?.ToString() ?? "of an unknown version", string.Join(" and ", keys));
            }

            return false;
        }

        private static T Keep<T>(Stack<IDisposable> opened, T resource)
            where T : IDisposable
        {
            opened.Push(resource);
            return resource;
        }
    }
}
