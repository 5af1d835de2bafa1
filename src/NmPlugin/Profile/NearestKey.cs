namespace NmPlugin.Profile;

/// <summary>Which known key was probably meant.</summary>
internal static class NearestKey
{
    /// <summary>Longer names are nobody's typing mistake.</summary>
    private const int MaxLength = 64;

    /// <summary>Shorter beginnings are in common by chance.</summary>
    private const int MinPrefix = 3;

    /// <returns>
    /// The known name with the fewest edits; when none is near enough (a third of the letters, at least 2), the longest that the
    /// name begins with, as in username; or null.
    /// </returns>
    public static string? Find(string name, IEnumerable<string> known)
    {
        if (name.Length is 0 or > MaxLength)
        {
            return null;
        }
        string? best = null;
        int bestDistance = Math.Max(2, name.Length / 3) + 1;
        string[] candidates = [.. known];
        foreach (string candidate in candidates)
        {
            int distance = Distance(name, candidate);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }
        return best ?? candidates
            .Where(candidate => candidate.Length >= MinPrefix && name.StartsWith(candidate, StringComparison.OrdinalIgnoreCase))
            .MaxBy(candidate => candidate.Length);
    }

    /// <summary>Levenshtein distance; case and '_' for '-' cost nothing.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[MaxLength + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                int cost = Fold(a[i - 1]) == Fold(b[j - 1]) ? 0 : 1;
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + cost);
                diagonal = above;
            }
        }
        return row[b.Length];
    }

    private static char Fold(char c) => c == '_' ? '-' : char.ToLowerInvariant(c);
}
