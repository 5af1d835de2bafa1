using Mono.Unix;
using TunnelCore.Diagnostics;

namespace TunnelCli.Doctor;

/// <summary>
/// What NetworkManager demands of a .name file, which it passes over without a word otherwise: a regular file (or a link to one) of
/// root's, that nobody else may write and without the set-user-ID bit.
/// </summary>
internal static class TrustedFile
{
    private const FileAccessPermissions WritableByOthers = FileAccessPermissions.GroupWrite | FileAccessPermissions.OtherWrite;

    /// <returns>The path.</returns>
    /// <exception cref="TunnelException">NotInstalled with what is wrong.</exception>
    public static string Check(string path)
    {
        UnixFileInfo file = new(path);
        string? complaint = !file.IsRegularFile ? "is not a regular file"
            : file.OwnerUserId != 0 ? $"belongs to {Owner(file)}, not to root"
            : (file.FileAccessPermissions & WritableByOthers) != 0 ? "can be written by others than root"
            : file.IsSetUser ? "has the set-user-ID bit"
            : null;
        return complaint is null ? path : throw new TunnelException(Cause.NotInstalled, $"NetworkManager ignores {path}, because it {complaint}");
    }

    private static string Owner(UnixFileInfo file)
    {
        try
        {
            return PrintableText.From(file.OwnerUser.UserName);
        }
        catch (ArgumentException)
        {
            return $"user {file.OwnerUserId}";
        }
    }
}
