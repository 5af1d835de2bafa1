using Mono.Unix;
using Mono.Unix.Native;
using TunnelCore.Diagnostics;

namespace TunnelCli.Running;

/// <summary>Root's privileges, and giving them up: for good, and checked.</summary>
internal sealed class Privileges
{
    private readonly uint _user;
    private readonly uint _group;
    private readonly string _directory;

    private Privileges(uint user, uint group, string directory) => (_user, _group, _directory) = (user, group, directory);

    public static bool AreRoots => Syscall.geteuid() == 0;

    /// <summary>Whom to become; null when there is nobody to become, and nobody was asked for.</summary>
    /// <param name="user">As asked for; null = <paramref name="standard"/>, if there is such a user.</param>
    /// <param name="group">Likewise.</param>
    /// <param name="directory">Becomes the root directory.</param>
    /// <param name="standard">Name of both where none is given.</param>
    /// <exception cref="TunnelException">PrivilegesKept: what was asked for cannot be done.</exception>
    public static Privileges? Plan(string? user, string? group, string directory, string standard)
    {
        bool isAsked = user is not null || group is not null;
        if (!AreRoots)
        {
            return isAsked ? throw Kept("only root can become somebody else") : null;
        }

        long? uid = UserId(user ?? standard);
        long? gid = GroupId(group ?? standard);
        if (!isAsked && (uid is null || gid is null))
        {
            return null;
        }

        return new Privileges(
            (uint)(uid ?? throw Kept($"there is no user {PrintableText.From(user ?? standard)}")),
            (uint)(gid ?? throw Kept($"there is no group {PrintableText.From(group ?? standard)}")),
            directory) switch
        {
            { _user: 0 } => throw Kept("that user is root"),
            var plan => plan,
        };
    }

    /// <summary>For the whole process, every thread of it.</summary>
    /// <exception cref="TunnelException">PrivilegesKept: nothing must go on then.</exception>
    public void Drop()
    {
        // Read while there still is a file system to read it from.
        _ = TimeZoneInfo.Local;
        Check("change to the directory", Syscall.chdir(_directory));
        Check("change the root directory", Syscall.chroot(_directory));
        Check("change to the directory", Syscall.chdir("/"));
        Check("give up the groups", Syscall.setgroups([]));
        Check("change the group", Syscall.setresgid(_group, _group, _group));
        Check("change the user", Syscall.setresuid(_user, _user, _user));
        if (Syscall.setuid(0) == 0 || Syscall.geteuid() != _user || Syscall.getegid() != _group)
        {
            throw Kept("the system did not do it");
        }
    }

    private static void Check(string what, int result)
    {
        if (result != 0)
        {
            throw Kept($"cannot {what}: {Stdlib.GetLastError()}");
        }
    }

    private static long? UserId(string name)
    {
        try
        {
            return new UnixUserInfo(name).UserId;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static long? GroupId(string name)
    {
        try
        {
            return new UnixGroupInfo(name).GroupId;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static TunnelException Kept(string why) => new(Cause.PrivilegesKept, why);
}
