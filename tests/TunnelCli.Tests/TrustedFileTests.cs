using Mono.Unix.Native;
using TunnelCli.Doctor;
using TunnelCore.Diagnostics;

namespace TunnelCli.Tests;

/// <summary>T-9: the .name files that NetworkManager passes over.</summary>
public sealed class TrustedFileTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData("644", null)]
    [InlineData("664", "can be written by others")]
    [InlineData("646", "can be written by others")]
    [InlineData("4644", "set-user-ID")]
    public void T09_Mode(string mode, string? complaint)
    {
        Assert.Equal(0, Syscall.chmod(_path, NativeConvert.FromOctalPermissionString(mode)));
        if (!Environment.IsPrivilegedProcess)
        {
            complaint = "not to root";
        }
        if (complaint is null)
        {
            Assert.Equal(_path, TrustedFile.Check(_path));
            return;
        }
        Failure failure = Assert.Throws<TunnelException>(() => TrustedFile.Check(_path)).Failure;
        Assert.Equal(Cause.NotInstalled, failure.Cause);
        Assert.Contains(complaint, failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void T09_Owner()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return;
        }
        Assert.Equal(0, Syscall.chown(_path, 65534, 65534));
        Assert.Contains("belongs to nobody", Assert.Throws<TunnelException>(() => TrustedFile.Check(_path)).Failure.Sentence, StringComparison.Ordinal);
        Assert.Equal(0, Syscall.chown(_path, 123456, 65534));
        Assert.Contains("belongs to user 123456", Assert.Throws<TunnelException>(() => TrustedFile.Check(_path)).Failure.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void T09_NotAFile() =>
        Assert.Contains("not a regular file", Assert.Throws<TunnelException>(() => TrustedFile.Check("/dev/null")).Failure.Sentence, StringComparison.Ordinal);
}
