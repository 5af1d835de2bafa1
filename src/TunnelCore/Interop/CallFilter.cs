using System.Runtime.InteropServices;

namespace TunnelCore.Interop;

/// <summary>
/// Lets only GRE packets of one call from one server into a raw socket. Every raw socket gets a copy of every packet otherwise, and
/// several tunnels would wake each other.
/// </summary>
internal static class CallFilter
{
    private const ushort LoadWordAbsolute = 0x20;
    private const ushort LoadHalfIndirect = 0x48;
    private const ushort LoadHeaderLength = 0xB1;
    private const ushort JumpIfEqual = 0x15;
    private const ushort Return = 0x06;
    private const uint SourceAddressOffset = 12;
    private const uint CallIdOffset = 6;
    private const uint WholePacket = 0x40000;

    /// <returns>0, or errno.</returns>
    public static int Attach(FileDescriptor socket, uint serverAddress, ushort callId)
    {
        Libc.FilterInstruction[] program = GC.AllocateArray<Libc.FilterInstruction>(7, pinned: true);
        program[0] = new() { Code = LoadWordAbsolute, Value = SourceAddressOffset };
        program[1] = new() { Code = JumpIfEqual, Value = serverAddress, JumpFalse = 4 };
        program[2] = new() { Code = LoadHeaderLength };
        program[3] = new() { Code = LoadHalfIndirect, Value = CallIdOffset };
        program[4] = new() { Code = JumpIfEqual, Value = callId, JumpFalse = 1 };
        program[5] = new() { Code = Return, Value = WholePacket };
        program[6] = new() { Code = Return };
        Libc.FilterProgram description = new()
        {
            Length = (ushort)program.Length,
            Instructions = Marshal.UnsafeAddrOfPinnedArrayElement(program, 0),
        };
        int result = Libc.SetSocketFilter(socket, Libc.SOL_SOCKET, Libc.SO_ATTACH_FILTER, description, (uint)Marshal.SizeOf<Libc.FilterProgram>());
        GC.KeepAlive(program);
        return result < 0 ? Marshal.GetLastPInvokeError() : 0;
    }
}
