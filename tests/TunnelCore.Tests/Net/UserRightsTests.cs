using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Net;
using TunnelCore.Tests.Transport;

namespace TunnelCore.Tests.Net;

/// <summary>connection-keys S40: files of a private profile. "daemon" and "nobody" exist on every system.</summary>
[SupportedOSPlatform("linux")]
public sealed class UserRightsTests
{
    [RootFact]
    public void S40_OwnFile_IsRead_AnotherUsersIsNot()
    {
        string file = Make("mine", "daemon", "0600");
        Assert.Equal("mine", Encoding.ASCII.GetString(ProfileFile.Read(file, 100, "daemon")));
        string reason = Refused(file, "nobody");
        Assert.Contains("permission denied for user \"nobody\"", reason, StringComparison.Ordinal);
        Assert.Contains("permission denied", Refused(Make("roots", "root", "0600"), "daemon"), StringComparison.Ordinal);
    }

    /// <summary>Root's own groups must not help, and the user's do.</summary>
    [RootFact]
    public void S40_GroupsAreTheUsers()
    {
        Assert.Contains("permission denied", Refused(Make("x", "root:root", "0640"), "daemon"), StringComparison.Ordinal);
        Assert.Equal("y", Encoding.ASCII.GetString(ProfileFile.Read(Make("y", "root:daemon", "0640"), 100, "daemon")));
    }

    [RootFact]
    public void S40_ClosedDirectory_StaysClosed()
    {
        string file = Make("z", "daemon", "0644");
        File.SetUnixFileMode(Path.GetDirectoryName(file)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Assert.Contains("permission denied", Refused(file, "daemon"), StringComparison.Ordinal);
    }

    [RootFact]
    public void S40_LinkToAFileOfRoots_IsRefused_AndSoIsADevice()
    {
        string link = Path.Combine(Path.GetDirectoryName(Make("x", "daemon", "0600"))!, "link");
        File.CreateSymbolicLink(link, "/etc/shadow");
        Assert.Contains("permission denied", Refused(link, "daemon"), StringComparison.Ordinal);
        Assert.Contains("not a regular file", Refused("/dev/null", "daemon"), StringComparison.Ordinal);
    }

    [RootFact]
    public void S40_TheRightsEndWithTheThread()
    {
        string roots = Make("roots", "root", "0600");
        string daemons = Make("daemons", "daemon", "0600");
        Parallel.For(0, 200, i =>
        {
            if (i % 2 == 0)
            {
                Assert.Equal("daemons", Encoding.ASCII.GetString(ProfileFile.Read(daemons, 100, "daemon")));
                Assert.Contains("permission denied", Refused(roots, "daemon"), StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal("roots", Encoding.ASCII.GetString(ProfileFile.Read(roots, 100)));
                Assert.Equal("roots", File.ReadAllText(roots));
            }
        });
    }

    [RootFact]
    public void S40_UnknownUser_IsNamed()
    {
        Assert.Contains("user \"no such one\", who is not known here", Refused("/etc/passwd", "no such one"), StringComparison.Ordinal);
        Assert.Contains("who is not known here", Refused("/etc/passwd", ""), StringComparison.Ordinal);
    }

    [Fact]
    public void TooLarge_Empty_Missing()
    {
        Assert.Contains("larger than", Refused(TestPki.WriteFile(new string('x', 5000)), null, 4096), StringComparison.Ordinal);
        Assert.Contains("empty", Refused(TestPki.WriteFile(""), null), StringComparison.Ordinal);
        Assert.Contains("no such file or directory", Refused("/nonexistent/file", null), StringComparison.Ordinal);
        Assert.Equal(200_000, ProfileFile.Read(TestPki.WriteFile(new string('x', 200_000)), 1 << 20).Length);
    }

    private static string Refused(string path, string? user, int max = 1000)
    {
        Failure failure = Assert.Throws<TunnelException>(() => ProfileFile.Read(path, max, user)).Failure;
        Assert.Equal(Cause.MissingFile, failure.Cause);
        Assert.StartsWith(path, failure.Detail, StringComparison.Ordinal);
        return failure.Detail;
    }

    /// <summary>A file in a directory of its own that everybody may enter.</summary>
    private static string Make(string text, string owner, string mode)
    {
        string directory = Directory.CreateTempSubdirectory("nm-vpn-rights-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(directory, recursive: true);
        File.SetUnixFileMode(directory, (UnixFileMode)0x1ED);
        string file = Path.Combine(directory, "file");
        File.WriteAllText(file, text);
        Run("chown", owner, file);
        Run("chmod", mode, file);
        return file;
    }

    private static void Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
