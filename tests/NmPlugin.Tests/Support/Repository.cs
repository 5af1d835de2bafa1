namespace NmPlugin.Tests.Support;

/// <summary>Finds files of the source tree from a test.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "NmVpnPlugin.sln")))
            {
                return directory.FullName;
            }
        }
        throw new InvalidOperationException("the tests run outside the source tree");
    }
}
