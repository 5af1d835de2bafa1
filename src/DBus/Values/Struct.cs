namespace Tmds.DBus.Protocol;

/// <summary>Makes typed structs; up to four fields.</summary>
public static class Struct
{
    public static Struct<T1> Create<T1>(T1 item1)
        where T1 : notnull => new(item1);

    public static Struct<T1, T2> Create<T1, T2>(T1 item1, T2 item2)
        where T1 : notnull
        where T2 : notnull => new(item1, item2);

    public static Struct<T1, T2, T3> Create<T1, T2, T3>(T1 item1, T2 item2, T3 item3)
        where T1 : notnull
        where T2 : notnull
        where T3 : notnull => new(item1, item2, item3);

    public static Struct<T1, T2, T3, T4> Create<T1, T2, T3, T4>(T1 item1, T2 item2, T3 item3, T4 item4)
        where T1 : notnull
        where T2 : notnull
        where T3 : notnull
        where T4 : notnull => new(item1, item2, item3, item4);
}
