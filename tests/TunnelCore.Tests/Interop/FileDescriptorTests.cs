using System.Runtime.InteropServices;
using TunnelCore.Interop;

namespace TunnelCore.Tests.Interop;

public sealed class FileDescriptorTests
{
    /// <summary>The C library's int comes back in a register of twice that width, whose upper half nobody promises.</summary>
    [Fact]
    public void FailedCalls_GiveAnInvalidDescriptor_AndTheReason()
    {
        using (FileDescriptor file = Libc.Open("/nonexistent/file", Libc.ReadWrite | Libc.CloseOnExec))
        {
            int errno = Marshal.GetLastPInvokeError();
            Assert.True(file.IsInvalid);
            Assert.Equal(Errno.ENOENT, errno);
        }

        const int NoSuchFamily = 255;
        using FileDescriptor socket = Libc.Socket(NoSuchFamily, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, 0);
        Assert.True(socket.IsInvalid);
    }

    [Theory]
    [InlineData(-1, true)]
    [InlineData(0, false)]
    [InlineData(7, false)]
    public void OnlyNegativeNumbersAreInvalid(int number, bool invalid)
    {
        FileDescriptor descriptor = new(number);
        Assert.Equal(invalid, descriptor.IsInvalid);
        descriptor.SetHandleAsInvalid();
    }
}
