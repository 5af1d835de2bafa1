using System.Text;

namespace TestServers.Ppp;

/// <summary>Reads along with an MS-CHAPv2 exchange (RFC 2759): the client's name and NT-Response, and whether the server said yes.</summary>
internal sealed class ChapSnoop
{
    private const byte Response = 2;
    private const byte Success = 3;
    private const int ValueSize = 49;
    private byte _responseId;

    /// <summary>24 bytes, null before a response was seen.</summary>
    public byte[]? NtResponse { get; private set; }

    public string? UserName { get; private set; }

    public bool Authenticated { get; private set; }

    public bool ByEap { get; private set; }

    public void FromClient(ReadOnlySpan<byte> frame)
    {
        (int protocol, int at) = PppFrame.Parse(frame);
        ReadOnlySpan<byte> chap = frame[at..];
        // code 1, id 1, length 2, value size 1, peer challenge 16, reserved 8, NT-Response 24, flags 1, name
        if (protocol != PppFrame.Chap || chap.Length < 5 + ValueSize || chap[0] != Response || chap[4] != ValueSize)
        {
            return;
        }
        int length = (chap[2] << 8) | chap[3];
        if (length < 5 + ValueSize || length > chap.Length || Authenticated)
        {
            return;
        }
        _responseId = chap[1];
        NtResponse = chap.Slice(5 + 24, 24).ToArray();
        UserName = Encoding.UTF8.GetString(chap[(5 + ValueSize)..length]);
    }

    /// <summary>
    /// PAP's Authenticate-Ack (code 2) leaves no keys: the binding then uses zeros. After EAP's Success (code 3) the keys are what pppd
    /// made of the method.
    /// </summary>
    public void FromServer(ReadOnlySpan<byte> frame)
    {
        (int protocol, int at) = PppFrame.Parse(frame);
        ReadOnlySpan<byte> body = frame[at..];
        if (body.Length >= 4 && ((protocol == PppFrame.Chap && body[0] == Success && NtResponse != null && body[1] == _responseId) || (protocol == PppFrame.Pap && body[0] == 2)
            || (protocol == PppFrame.Eap && body[0] == Success)))
        {
            ByEap = protocol == PppFrame.Eap;
            Authenticated = true;
        }
    }
}
