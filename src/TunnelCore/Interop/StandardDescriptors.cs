using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>The descriptors that every process is started with.</summary>
public static partial class StandardDescriptors
{
    /// <summary>Turns descriptors to /dev/null, so that whoever waits for their end has it.</summary>
    public static void Silence(params ReadOnlySpan<int> descriptors)
    {
        using FileDescriptor nothing = Libc.Open("/dev/null", Libc.ReadWrite | Libc.CloseOnExec);
        foreach (int descriptor in descriptors)
        {
            _ = DuplicateTo(nothing, descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    private static partial int DuplicateTo(FileDescriptor from, int to);
}
