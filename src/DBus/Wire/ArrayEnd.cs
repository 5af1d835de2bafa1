namespace Tmds.DBus.Protocol;

/// <summary>Where an array that is being read ends, and what its elements are aligned to.</summary>
public readonly ref struct ArrayEnd
{
    internal ArrayEnd(int end, int alignment)
    {
        End = end;
        Alignment = alignment;
    }

    internal int End { get; }

    internal int Alignment { get; }
}
