using System.Runtime.InteropServices;
using TunnelCore.Interop;
using TunnelCore.Link;

namespace TunnelCore.Pppd;

/// <summary>What pppd is given as its line when it asks for it.</summary>
internal abstract record PppdLine
{
    private PppdLine()
    {
    }

    /// <summary>As the plugin numbers it (callback-protocol.h).</summary>
    public abstract uint Kind { get; }

    public abstract SafeHandle Descriptor { get; }

    /// <summary>pppd has its copy.</summary>
    public abstract void HandedOver();

    /// <summary>A channel of the kernel.</summary>
    public sealed record Kernel(IKernelLink Link) : PppdLine
    {
        public override uint Kind => 1;

        public override SafeHandle Descriptor => Link.Socket;

        public override void HandedOver() => Link.HandedOver();
    }

    /// <summary>The slave of a pty; ours stays open until pppd has set it up.</summary>
    public sealed record Terminal(PtyPair Pty) : PppdLine
    {
        public override uint Kind => 2;

        public override SafeHandle Descriptor => Pty.Slave;

        public override void HandedOver()
        {
        }
    }
}
