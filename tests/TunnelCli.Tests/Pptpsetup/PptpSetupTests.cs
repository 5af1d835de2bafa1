using TunnelCli.Pptpsetup;
using TunnelCli.Tests.Pptp;

namespace TunnelCli.Tests.Pptpsetup;

/// <summary>What pptpsetup writes, and that it leaves everything else as it was.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class PptpSetupTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("pptpsetup");

    public PptpSetupTests() => _directory.CreateSubdirectory("peers");

    private string Secrets => Path.Combine(_directory.FullName, "chap-secrets");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    [Shows("pptpsetup", "create", "server", "username", "password")]
    public void Create_WritesPeersFileAndSecret()
    {
        Assert.Equal(0, Run(["--create", "office", "--server", "vpn.example.org", "--username", "alice", "--password", "s3cret"]));
        string peer = Peer("office");
        foreach (string line in (string[])["pty \"/usr/sbin/pptp vpn.example.org --nolaunchpppd\"", "name \"alice\"", "remotename office", "ipparam office", "noauth"])
        {
            Assert.Contains(line + "\n", peer, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("mppe", peer, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", peer, StringComparison.Ordinal);
        Assert.Contains("\"alice\" office \"s3cret\" *\n", File.ReadAllText(Secrets), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Secrets));
    }

    [Theory]
    [Shows("pptpsetup", "domain", "encrypt")]
    [InlineData("\"OFFICE\\\\alice\"", false, "--domain", "OFFICE")]
    [InlineData("\"OFFICE\\\\alice\"", false, "-d", "OFFICE")]
    [InlineData("\"alice\"", true, "--encrypt")]
    [InlineData("\"alice\"", true, "-e")]
    public void DomainAndEncrypt_AreInTheFiles(string user, bool encrypts, params string[] options)
    {
        Assert.Equal(0, Run(["-c", "office", "-s", "192.0.2.1", "-u", "alice", "-p", "x", .. options]));
        Assert.Contains($"name {user}\n", Peer("office"), StringComparison.Ordinal);
        Assert.Contains($"{user} office \"x\" *\n", File.ReadAllText(Secrets), StringComparison.Ordinal);
        Assert.Equal(encrypts, Peer("office").Contains("\nrequire-mppe-128\n", StringComparison.Ordinal));
    }

    [Fact]
    public void WithoutAPassword_ItIsAskedFor()
    {
        StringWriter output = new();
        Assert.Equal(0, PptpSetupProgram.Run(
            ["--create", "office", "--server", "192.0.2.1", "--username", "alice"], new PptpSetupFiles(_directory.FullName), new StringReader("typed \"it\"\n"), output, output));
        Assert.Contains("Password:", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"alice\" office \"typed \\\"it\\\"\" *\n", File.ReadAllText(Secrets), StringComparison.Ordinal);
    }

    [Fact]
    [Shows("pptpsetup", "delete")]
    public void Delete_RemovesThatTunnelAlone()
    {
        const string Own = "# mine\nbob * \"b\" *\n";
        File.WriteAllText(Secrets, Own);
        foreach (string tunnel in (string[])["one", "two", "one"])
        {
            Assert.Equal(0, Run(["--create", tunnel, "--server", "192.0.2.1", "--username", "alice", "--password", "x"]));
        }

        Assert.Equal(2, File.ReadAllLines(Secrets).Count(line => line.StartsWith("\"alice\"", StringComparison.Ordinal)));
        Assert.Equal(0, Run(["--delete", "one"]));
        Assert.False(File.Exists(Path.Combine(_directory.FullName, "peers/one")));
        Assert.DoesNotContain(" one ", File.ReadAllText(Secrets), StringComparison.Ordinal);
        Assert.Contains(" two ", File.ReadAllText(Secrets), StringComparison.Ordinal);
        Assert.Equal(0, Run(["--delete", "two"]));
        Assert.Equal(Own, File.ReadAllText(Secrets));
        Assert.Equal(255, Run(["--delete", "two"]));
    }

    [Theory]
    [InlineData("--create", "../office", "--server", "192.0.2.1", "--username", "alice")]
    [InlineData("--create", "office", "--server", "$(reboot)\"", "--username", "alice")]
    [InlineData("--create", "office", "--server", "192.0.2.1", "--username", "a\nb")]
    [InlineData("--create", "office", "--server", "192.0.2.1", "--username", "")]
    [InlineData("--create", "office", "--username", "alice")]
    [InlineData("--delete", "../../x")]
    [InlineData("--server", "192.0.2.1")]
    [InlineData("office")]
    public void WhatMakesNoSense_IsRefused_AndNothingIsWritten(params string[] arguments)
    {
        Assert.Equal(255, Run(arguments));
        Assert.False(File.Exists(Secrets));
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory.FullName, "peers")));
    }

    [Fact]
    [Shows("pptpsetup", "help")]
    public async Task Help_IsOnStandardOutput()
    {
        (int status, string output, string errors) = await ProgramProcess.RunAsync("pptpsetup", "--help");
        Assert.Equal((0, ""), (status, errors));
        Assert.Contains("--encrypt", output, StringComparison.Ordinal);
    }

    /// <summary>In a mount namespace in which /etc/ppp and pppd are the test's own.</summary>
    [RootFact]
    [Shows("pptpsetup", "start")]
    public async Task Start_BecomesPppd()
    {
        string pppd = Path.Combine(_directory.FullName, "pppd");
        await File.WriteAllTextAsync(pppd, "#!/bin/sh\necho \"$$ $@\"\nexit 42\n");
        File.SetUnixFileMode(pppd, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        string shell = $"exec unshare --mount sh -c 'mount --bind {pppd} /usr/sbin/pppd && mount --bind {_directory.FullName} /etc/ppp && exec \"$0\" \"$@\"' \"$0\" \"$@\"";
        await using ProgramProcess process = ProgramProcess.InShell(
            shell, "pptpsetup", ["--create", "office", "--server", "192.0.2.1", "--username", "alice", "--password", "s3cret", "--start"]);
        (int status, string output, _) = await process.ExitedAsync();
        Assert.Equal(42, status);
        Assert.Equal($"{process.Id} call office updetach\n", output);
        Assert.Contains("192.0.2.1", Peer("office"), StringComparison.Ordinal);
    }

    private int Run(string[] arguments) =>
        PptpSetupProgram.Run(arguments, new PptpSetupFiles(_directory.FullName), TextReader.Null, TextWriter.Null, TextWriter.Null);

    private string Peer(string tunnel) => File.ReadAllText(Path.Combine(_directory.FullName, "peers", tunnel));
}
