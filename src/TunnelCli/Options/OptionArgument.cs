namespace TunnelCli.Options;

/// <summary>Whether an option takes a value.</summary>
internal enum OptionArgument
{
    None,

    /// <summary>--name value or --name=value.</summary>
    Required,

    /// <summary>The next word, if it is a path (begins with '/').</summary>
    PathIfAny,

    /// <summary>The next word, unless it begins with '-'.</summary>
    WordIfAny,
}
