using TunnelCore.Diagnostics;
using TunnelCore.Interop;

namespace TunnelCore.Pppd;

/// <summary>The descriptors of a line as our own, not blocking; the flags of the borrowed ones are put back at the end.</summary>
internal sealed class LineDescriptors : IDisposable
{
    private readonly int _inputFlags;
    private readonly int _outputFlags = -1;

    private LineDescriptors(FileDescriptor input, FileDescriptor output, FileDescriptor? slave)
    {
        (Input, Output, Slave) = (input, output, slave);
        _inputFlags = Libc.MakeNonBlocking(input);
        if (output != input)
        {
            _outputFlags = Libc.MakeNonBlocking(output);
        }
    }

    public FileDescriptor Input { get; }

    /// <summary>May be the same as <see cref="Input"/>.</summary>
    public FileDescriptor Output { get; }

    public FileDescriptor? Slave { get; }

    /// <exception cref="TunnelException">LineUnusable with what is wrong.</exception>
    public static LineDescriptors Open(LineSettings settings)
    {
        string target = TargetOf(settings.Input);
        if (target.Length == 0)
        {
            throw new TunnelException(Cause.LineUnusable, "it is closed");
        }

        // What has a path is a file, unless it is a terminal's side.
        bool isTerminal = target.StartsWith("/dev/pt", StringComparison.Ordinal) || target.StartsWith("/dev/tty", StringComparison.Ordinal);
        if (target[0] == '/' && !isTerminal)
        {
            throw new TunnelException(Cause.LineUnusable, $"it is {PrintableText.From(target)}");
        }

        FileDescriptor input = Libc.Duplicate(settings.Input);
        FileDescriptor output = Libc.IsReadWrite(input) ? input : Libc.Duplicate(settings.Output);
        if (input.IsInvalid || output.IsInvalid)
        {
            input.Dispose();
            output.Dispose();
            throw new TunnelException(Cause.LineUnusable, "it cannot be written to, nor can standard output");
        }

        return new LineDescriptors(input, output, settings.Slave >= 0 ? new FileDescriptor(settings.Slave) : null);
    }

    public void Dispose()
    {
        Restore(Input, _inputFlags);
        if (Output != Input)
        {
            Restore(Output, _outputFlags);
            Output.Dispose();
        }

        Input.Dispose();
        Slave?.Dispose();
    }

    private static void Restore(FileDescriptor descriptor, int flags)
    {
        if (flags >= 0 && !descriptor.IsClosed)
        {
            _ = Libc.Fcntl(descriptor, Libc.F_SETFL, flags);
        }
    }

    private static string TargetOf(int descriptor)
    {
        try
        {
            return new FileInfo($"/proc/self/fd/{descriptor}").LinkTarget ?? "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
