using System.Runtime.InteropServices;
using System.Text;

namespace TunnelCore.Interop;

/// <summary>A user's ids, and a thread that opens files with no other rights than that user's.</summary>
/// <remarks>
/// Linux keeps credentials per thread. setfsuid and setfsgid change only the calling thread's rights to files, and take the
/// capabilities that override permissions away with them; for the supplementary groups the C library would change every thread, so
/// that call goes to the kernel directly. The thread ends afterwards and is never used for anything else.
/// </remarks>
internal sealed unsafe partial class UserRights
{
    private const int MaxGroups = 65536; // the kernel's NGROUPS_MAX
    private const int MaxRecord = 1 << 20;

    private readonly uint _user;
    private readonly uint _group;
    private readonly uint[] _groups;

    private UserRights(uint user, uint group, uint[] groups) => (_user, _group, _groups) = (user, group, groups);

    /// <summary>Looks a login name up in the user database; null when it is not there. May block as long as the database does.</summary>
    public static UserRights? Find(string name)
    {
        // struct passwd on 64 and 32 bits: name, passwd: pointers; then uid, gid.
        byte* record = stackalloc byte[128];
        nint found;
        for (int size = 4096; size <= MaxRecord; size *= 4)
        {
            byte[] strings = new byte[size];
            int error;
            fixed (byte* start = strings)
            {
                error = GetUser(name, record, start, (nuint)size, &found);
            }

            if (error == Errno.ERANGE)
            {
                continue;
            }

            if (error != 0 || found == 0)
            {
                return null;
            }

            uint* ids = (uint*)(record + (2 * sizeof(nint)));
            return new UserRights(ids[0], ids[1], GroupsOf(name, ids[1]));
        }

        return null;
    }

    /// <summary>Gives the calling thread this user's rights to files, for good. 0, or errno.</summary>
    public int Enter()
    {
        if (Libc.EffectiveUser() == _user && _user != 0)
        {
            return 0;
        }

        fixed (uint* groups = _groups)
        {
            if (SystemCall(SetGroupsNumber(), _groups.Length, (nint)groups) < 0)
            {
                return Marshal.GetLastPInvokeError();
            }
        }

        _ = SetFileGroup(_group);
        _ = SetFileUser(_user);
        // They return what was before, and never an error: an impossible id changes nothing and tells what is.
        return SetFileGroup(uint.MaxValue) == _group && SetFileUser(uint.MaxValue) == _user ? 0 : Errno.EPERM;
    }

    private static uint[] GroupsOf(string name, uint primary)
    {
        int count = 64;
        while (count <= MaxGroups)
        {
            uint[] groups = new uint[count];
            int needed = count;
            fixed (uint* start = groups)
            {
                if (GetGroupList(name, primary, start, &needed) >= 0)
                {
                    return groups[..needed];
                }
            }

            count = Math.Max(needed, count * 2);
        }

        return [primary];
    }

    /// <summary>setgroups with 32-bit ids.</summary>
    private static nint SetGroupsNumber() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 116,
        Architecture.X86 or Architecture.Arm => 206,
        _ => 159, // the generic table: arm64, riscv64, loongarch64
    };

    [LibraryImport("libc", EntryPoint = "getpwnam_r", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetUser(string name, byte* record, byte* buffer, nuint size, nint* found);

    [LibraryImport("libc", EntryPoint = "getgrouplist", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int GetGroupList(string name, uint primary, uint* groups, int* count);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second);

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial uint SetFileUser(uint user);

    [LibraryImport("libc", EntryPoint = "setfsgid")]
    private static partial uint SetFileGroup(uint group);
}
