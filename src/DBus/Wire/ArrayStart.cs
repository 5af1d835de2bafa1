namespace Tmds.DBus.Protocol;

/// <summary>Where an array that is being written has its length, and where its first element begins.</summary>
public readonly ref struct ArrayStart
{
    internal ArrayStart(int lengthOffset, int firstElement)
    {
        LengthOffset = lengthOffset;
        FirstElement = firstElement;
    }

    internal int LengthOffset { get; }

    internal int FirstElement { get; }
}
