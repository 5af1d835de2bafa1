using TunnelCore.Diagnostics;

namespace NmPlugin.Profile;

/// <summary>A row whose text becomes a <typeparamref name="T"/> in the draft.</summary>
internal sealed record ProfileKey<T>(string Name, KeyPlace Place, KeyType<T> Type, Action<ProfileDraft, T> Set, string Meaning)
    : ProfileKey(Name, Place, Type.Name, Meaning)
{
    public override void Apply(ProfileDraft draft, string text)
    {
        if (text.Length == 0 && Type.EmptyIsAbsent)
        {
            return;
        }
        if (Type.Parse(text, out T value) is { } complaint)
        {
            string shown = Place.HasFlag(KeyPlace.Secrets) ? "" : $" {Printable.Quote(text)}";
            throw new TunnelException(Cause.BadKey, $"'{Name}'{shown} {complaint}");
        }
        Set(draft, value);
    }
}
