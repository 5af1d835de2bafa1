namespace Fuzz;

/// <summary>Something that must hold of every input does not.</summary>
internal sealed class PropertyException(string message) : Exception(message)
{
    public static void Require(bool holds, string what)
    {
        if (!holds)
        {
            throw new PropertyException(what);
        }
    }
}
