namespace TunnelCore.Tests.Transport;

/// <summary>A test that needs raw sockets.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Skip = "needs root: raw sockets";
        }
    }
}
