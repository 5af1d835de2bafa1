namespace TunnelCore.Interop;

/// <summary>What statx(2) tells of an open file.</summary>
/// <param name="Mode">Type and permission bits, as in st_mode.</param>
/// <param name="Owner">User id.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct FileStatus(int Mode, uint Owner, ulong Size)
{
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int GroupOrOtherWrite = 0x12; // 0022

    public bool IsRegular => (Mode & TypeMask) == Regular;

    public bool IsWritableByOthers => (Mode & GroupOrOtherWrite) != 0;
}
