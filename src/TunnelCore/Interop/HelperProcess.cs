using System.ComponentModel;
using System.Text;

namespace TunnelCore.Interop;

/// <summary>
/// A second process of this program that reads our lines on its standard input. It sees the end of that when we end, in whatever way,
/// and keeps its privileges when we give up ours.
/// </summary>
public sealed class HelperProcess : IDisposable
{
    private const int WaitMilliseconds = 3000;

    private readonly FileDescriptor _lines;
    private readonly int _pid;
    private readonly FileDescriptor _ended;

    private HelperProcess(FileDescriptor lines, int pid)
    {
        _lines = lines;
        _pid = pid;
        _ended = Libc.OpenPidDescriptor(pid);
    }

    /// <summary>Starts this program under another name, without arguments.</summary>
    /// <exception cref="Win32Exception">It cannot be started.</exception>
    public static HelperProcess Start(string name)
    {
        (string path, IReadOnlyList<string> words) = SelfProgram.As(name);
        (FileDescriptor reader, FileDescriptor writer) = Libc.Pipe();
        using (reader)
        using (FileDescriptor nothing = Libc.Open("/dev/null", Libc.ReadWrite | Libc.CloseOnExec))
        {
            try
            {
                return new HelperProcess(writer, PosixSpawn.Start(path, words, SelfProgram.Variables, [reader, nothing, nothing]));
            }
            catch (Win32Exception)
            {
                writer.Dispose();
                throw;
            }
        }
    }

    /// <summary>False when it has gone.</summary>
    public bool Tell(string line)
    {
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(line + "\n");
        return Libc.Write(_lines, bytes) == bytes.Length;
    }

    /// <summary>Lets it do its work and waits for its end, for a while.</summary>
    public void Dispose()
    {
        if (_lines.IsClosed)
        {
            return;
        }

        _lines.Dispose();
        if (!_ended.IsInvalid)
        {
            _ = Libc.Poll([new PollEntry(_ended, PollEvents.In)], WaitMilliseconds);
        }

        _ = Libc.TryReap(_pid, out _);
        _ended.Dispose();
    }
}
