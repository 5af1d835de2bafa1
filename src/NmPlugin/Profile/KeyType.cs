namespace NmPlugin.Profile;

/// <summary>How the text of a key becomes a value.</summary>
/// <param name="Name">For the documentation.</param>
/// <param name="Parse">Gives the value, or null and what is wrong with the text.</param>
/// <param name="EmptyIsAbsent">An empty text counts as if the key were not there.</param>
internal sealed record KeyType<T>(string Name, KeyType<T>.Parser Parse, bool EmptyIsAbsent = true)
{
    /// <returns>Null, or the complaint: "must be ..." without key and value.</returns>
    internal delegate string? Parser(string text, out T value);
}
