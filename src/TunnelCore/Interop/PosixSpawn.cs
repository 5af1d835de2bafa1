using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>
/// Starts a program by posix_spawn: standard input and the two outputs as given, what it inherits from 3 on, every other descriptor
/// closed, own process group, no signal blocked or ignored. No shell is involved.
/// </summary>
internal static unsafe partial class PosixSpawn
{
    /// <summary>Number of the first inherited descriptor in the child.</summary>
    public const int FirstInherited = 3;

    private const int AttributeBytes = 512; // glibc: 336
    private const int ActionBytes = 256; // glibc: 80
    private const int SignalSetBytes = 128;
    private const short SetProcessGroup = 2;
    private const short SetSignalDefault = 4;
    private const short SetSignalMask = 8;

    /// <summary>The child's process id. <paramref name="arguments"/> start with the program's own name.</summary>
    /// <param name="path">Of the program.</param>
    /// <param name="arguments">argv.</param>
    /// <param name="environment">NAME=value.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Standard output and error.</param>
    /// <param name="inherited">Numbered from <see cref="FirstInherited"/> in the child; their own numbers lie above those.</param>
    public static int Start(
        string path,
        IReadOnlyList<string> arguments,
        IReadOnlyList<string> environment,
        FileDescriptor input,
        FileDescriptor output,
        IReadOnlyList<FileDescriptor>? inherited = null) =>
        Start(path, arguments, environment, [input, output, output, .. inherited ?? []]);

    /// <param name="path">Absolute.</param>
    /// <param name="arguments">With the program's own name first.</param>
    /// <param name="environment">NAME=value.</param>
    /// <param name="descriptors">What become the child's descriptors 0, 1, 2 and so on; their own numbers are not among these, or equal.</param>
    public static int Start(
        string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment, ReadOnlySpan<FileDescriptor> descriptors)
    {
        byte* attributes = stackalloc byte[AttributeBytes];
        byte* actions = stackalloc byte[ActionBytes];
        byte* none = stackalloc byte[SignalSetBytes];
        byte* all = stackalloc byte[SignalSetBytes];
        new Span<byte>(none, SignalSetBytes).Clear();
        new Span<byte>(all, SignalSetBytes).Fill(0xFF);
        Check(AttributesInit(attributes));
        Check(ActionsInit(actions));
        nint[] argv = ToVector(arguments);
        nint[] envp = ToVector(environment);
        nint program = Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            Check(SetMask(attributes, none));
            Check(SetDefault(attributes, all));
            Check(SetFlags(attributes, SetProcessGroup | SetSignalDefault | SetSignalMask));
            for (int i = 0; i < descriptors.Length; i++)
            {
                Check(AddDup2(actions, descriptors[i], i));
            }

            CloseTheRest(actions, descriptors.Length);
            int pid;
            fixed (nint* argvStart = argv, envpStart = envp)
            {
                Check(Spawn(&pid, program, actions, attributes, argvStart, envpStart));
            }

            return pid;
        }
        finally
        {
            Marshal.FreeCoTaskMem(program);
            Free(argv);
            Free(envp);
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
        }
    }

    private static void CloseTheRest(byte* actions, int first)
    {
        try
        {
            Check(AddCloseFrom(actions, first));
        }
        catch (EntryPointNotFoundException)
        {
            // A C library before glibc 2.34: what we open is close-on-exec anyway.
        }
    }

    private static nint[] ToVector(IReadOnlyList<string> texts)
    {
        nint[] vector = new nint[texts.Count + 1];
        for (int i = 0; i < texts.Count; i++)
        {
            vector[i] = Marshal.StringToCoTaskMemUTF8(texts[i]);
        }

        return vector;
    }

    private static void Free(nint[] vector)
    {
        foreach (nint text in vector)
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new Win32Exception(error);
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn")]
    private static partial int Spawn(int* pid, nint path, byte* actions, byte* attributes, nint* argv, nint* envp);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int SetMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int SetDefault(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDup2(byte* actions, FileDescriptor from, int to);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addclosefrom_np")]
    private static partial int AddCloseFrom(byte* actions, int first);
}
