using System.Text;
using TunnelCore.Diagnostics;
using TunnelCore.Link;
using TunnelCore.Pppd;

namespace TunnelCore.Tests.Pppd;

public sealed class PppdCredentialsTests
{
    [Theory]
    [InlineData("päss", 4, "70e47373")]
    [InlineData("päss", 3, "70e47373")]
    [InlineData("päss", 5, "70e47373")]
    [InlineData("päss", 1, "70c3a47373")]
    [InlineData("päss", 2, "70c3a47373")]
    [InlineData("a\"b\\c\nd", 4, "6122625c630a64")]
    [InlineData("λ", 1, "cebb")]
    public void S086_Password_AsPppdNeedsIt(string password, int method, string expected)
    {
        byte[] packet = new byte[CallbackCodec.MaxLength];
        Failure? failure = PppdCredentials.Write(Options("bob", password), (CallbackAuthMethod)method, packet, out int length);
        Assert.Null(failure);
        Assert.Equal("bob", Encoding.UTF8.GetString(packet.AsSpan(6, 3)));
        Assert.Equal(expected, Convert.ToHexStringLower(packet.AsSpan(11, length - 11)));
    }

    [Fact]
    public void S086_WhatPppdCannotCarry_FailsClearly()
    {
        Assert.Equal(Cause.NotSupported, Fail(Options("bob", "λόγος"), CallbackAuthMethod.MsChapV2));
        Assert.Equal(Cause.NotSupported, Fail(Options("bob", new string('x', 256)), CallbackAuthMethod.Pap));
        Assert.Equal(Cause.NotSupported, Fail(Options("bob", new string('x', 256)), CallbackAuthMethod.MsChapV2));
        Assert.Equal(Cause.NotSupported, Fail(Options("bob", new string('x', 5000)), CallbackAuthMethod.MsChapV2));
        Assert.Equal(Cause.NotSupported, Fail(Options("bob", "a\0b"), CallbackAuthMethod.Pap));
        Assert.Equal(Cause.NoPassword, Fail(new PppOptions { User = "bob" }, CallbackAuthMethod.Pap));
        byte[] packet = new byte[CallbackCodec.MaxLength];
        Assert.Null(PppdCredentials.Write(Options("bob", new string('ä', 255)), CallbackAuthMethod.MsChapV2, packet, out int length));
        Assert.Equal(4 + 2 + 3 + 2 + 255, length);
    }

    private static PppOptions Options(string user, string password) => new() { User = user, Password = new Secret(password) };

    private static Cause? Fail(PppOptions options, CallbackAuthMethod method) =>
        PppdCredentials.Write(options, method, new byte[CallbackCodec.MaxLength], out _)?.Cause;
}
