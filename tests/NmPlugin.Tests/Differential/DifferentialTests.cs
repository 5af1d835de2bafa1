using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using NmPlugin.Profile;
using NmPlugin.Tests.Support;

namespace NmPlugin.Tests.Differential;

/// <summary>
/// The distribution's services beside ours, over connection-keys 1.8 and 9.1, 9.2: what pppd is told, or that Connect is refused.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class DifferentialTests
{
    private const string SstpGolden = "gateway=vpn.example.org password-flags=2 refuse-pap=yes refuse-chap=yes ";
    private const string Everything = "refuse-eap=yes refuse-pap=yes refuse-chap=yes refuse-mschap=yes refuse-mschapv2=yes require-mppe=yes require-mppe-40=yes "
        + "require-mppe-128=yes mppe-stateful=yes nobsdcomp=yes nodeflate=yes no-vj-comp=yes lcp-echo-failure=5 lcp-echo-interval=30 unit=3";

    /// <summary>The same words for pppd. Values have no blanks here: "~" stands for one.</summary>
    [PeerTheory]
    [InlineData("P01", "pptp", "")]
    [InlineData("P02", "pptp", "gateway=localhost")]
    [InlineData("P09", "pptp", "require-mppe=no")]
    [InlineData("P13", "pptp", "lcp-echo-interval= unit=")]
    [InlineData("P14", "pptp", "lcp-echo-failure=5 lcp-echo-interval=30")]
    [InlineData("P20", "pptp", "domain=CORP")]
    [InlineData("P21", "pptp", "user=CORP\\bob")]
    [InlineData("P22", "pptp", "user=bø~b")]
    [InlineData("P23 to P28", "pptp", Everything)]
    [InlineData("P24", "pptp", "require-mppe=yes mppe-stateful=yes")]
    [InlineData("P25", "pptp", "require-mppe-128=yes")]
    [InlineData("P26", "pptp", "mppe-stateful=yes")]
    [InlineData("P30", "pptp", "name=x")]
    [InlineData("1.8 GNOME PPTP", "pptp", "password-flags=1")]
    [InlineData("1.8 GNOME PPTP, MPPE ticked", "pptp", "password-flags=1 require-mppe=yes")]
    [InlineData("1.8 KDE PPTP", "pptp", "password-flags=1 domain=CORP refuse-pap=yes require-mppe=yes lcp-echo-failure=5 lcp-echo-interval=30")]
    [InlineData("S01", "sstp", "")]
    [InlineData("S07", "sstp", "gateway=vpn.example.org:8443")]
    [InlineData("S07 IPv6", "sstp", "gateway=2001:db8::1")]
    [InlineData("S10", "sstp", "ignore-cert-warn=yes tls-ext=yes")]
    [InlineData("S12", "sstp", "proxy-server=proxy.corp proxy-port=8080")]
    [InlineData("S21", "sstp", "uuid=abc")]
    [InlineData("S22", "sstp", Everything)]
    [InlineData("S30", "sstp", "domain=CORP")]
    [InlineData("1.8 GNOME SSTP 1.3.0", "sstp", SstpGolden + "connection-type=password")]
    [InlineData("1.8 GNOME SSTP 1.3.0, Advanced and Apply untouched", "sstp", SstpGolden
        + "connection-type=password ignore-cert-warn=yes tls-ext=yes refuse-eap=no refuse-mschap=no refuse-mschapv2=no tls-verify-key-usage=no")]
    [InlineData("1.8 hand-written, newer", "sstp", "password-flags=1 ignore-cert-warn=yes tls-ext=yes tls-verify-key-usage=no unit=0")]
    public async Task TellsPppdTheSame(string id, string service, string data)
    {
        (VpnService which, ConnectionSettings connection) = Make(service, data);
        await CompareAsync(id, which, connection);
    }

    [PeerTheory]
    [InlineData("S02", null, null)]
    [InlineData("S24", "manual-without-gateway", "auto")]
    [InlineData("S23", "manual", "auto")]
    [InlineData("S25", "disabled", "auto")]
    [InlineData("S26", "auto-without-dns", "auto")]
    [InlineData("S27", "auto", "disabled")]
    public async Task TellsPppdTheSameAboutIp(string id, string? ip4, string? ip6)
    {
        (VpnService which, ConnectionSettings connection) = Make("sstp", "");
        await CompareAsync(id, which, connection with
        {
            Ip4 = ip4 switch
            {
                null => null,
                "manual" => new Ip4Settings("manual", Address: IPAddress.Parse("10.9.0.5"), Prefix: 24, Gateway: IPAddress.Parse("10.9.0.1")),
                "manual-without-gateway" => new Ip4Settings("manual", Address: IPAddress.Parse("10.9.0.5"), Prefix: 24),
                "auto-without-dns" => new Ip4Settings("auto", IgnoreAutoDns: true),
                _ => new Ip4Settings(ip4),
            },
            Ip6 = ip6 is null ? null : new Ip6Settings(ip6),
        });
    }

    [PeerTheory]
    [InlineData("S31, 1.8 GNOME SSTP TLS", "tls-subject-name=alice")]
    [InlineData("S34", "tls-subject-name=alice tls-identity=al@corp tls-ca-cert=CERT crl-file=CERT")]
    public async Task TellsPppdTheSameAboutCertificates(string id, string data)
    {
        string directory = Directory.CreateTempSubdirectory("nm-vpn-tls-").FullName;
        try
        {
            string certificate = Path.Combine(directory, "cert.pem"), key = Path.Combine(directory, "key.pem");
            using ECDsa pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using X509Certificate2 own = new CertificateRequest("CN=alice", pair, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
            File.WriteAllText(certificate, own.ExportCertificatePem());
            File.WriteAllText(key, pair.ExportPkcs8PrivateKeyPem());
            (VpnService which, ConnectionSettings connection) = Make(
                "sstp", $"connection-type=tls refuse-pap=yes refuse-chap=yes tls-user-cert={certificate} tls-user-key={key} " + data.Replace("CERT", certificate, StringComparison.Ordinal));
            await CompareAsync(id, which, connection);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Refused by both.</summary>
    [PeerTheory]
    [InlineData("P03", "pptp", "gateway=")]
    [InlineData("P04", "pptp", "gateway=a_b")]
    [InlineData("P04", "pptp", "gateway=10.1.2.3:1723")]
    [InlineData("P04", "pptp", "gateway=999.1.1.1")]
    [InlineData("P05", "pptp", "gateway=::1")]
    [InlineData("P07", "pptp", "foo=bar")]
    [InlineData("P08", "pptp", "require-mppe=YES")]
    [InlineData("P11", "pptp", "lcp-echo-interval=99999999999999999999")]
    [InlineData("S06", "sstp", "gateway=vpn~example")]
    [InlineData("S06", "sstp", "gateway=a/b")]
    [InlineData("S19", "sstp", "foo=bar")]
    public async Task BothRefuse(string id, string service, string data)
    {
        (VpnService which, ConnectionSettings connection) = Make(service, data);
        PppdRecorder peer = await PppdRecorder.PeerAsync(which, connection), ours = await PppdRecorder.OursAsync(which, connection);
        Assert.NotEqual((id, "ok"), (id, peer.Answer));
        Assert.NotEqual((id, "ok"), (id, ours.Answer));
    }

    /// <summary>Where the peer is wrong: it refuses what its own editors store, or lets through what it should refuse.</summary>
    [PeerTheory]
    [InlineData("S03", "sstp", "connection-type=-", "BadArguments", "user <bob> remotename <vpn.example.org>")]
    [InlineData("S04, 1.8 KDE SSTP", "sstp", "connection-type=- password-flags=1 proxy-port=0 proxy-password-flags=0", "BadArguments", "user <bob>")]
    [InlineData("S08", "sstp", "gateway=[2001:db8::1]:443", "BadArguments", "remotename <[2001:db8::1]:443>")]
    [InlineData("S15, 1.8 GNOME SSTP, proxy with password", "sstp", "proxy-server=p proxy-port=80 proxy-user=u proxy-password=x", "BadArguments", "user <bob>")]
    [InlineData("S18, 1.8 GNOME SSTP from 1.3.1 on", "sstp", "mtu=1300 tls-ext=yes ignore-cert-warn=no", "BadArguments", "mtu <1300>")]
    [InlineData("1.8 hand-written, legacy", "sstp", "connection-type=- password-flags=1 refuse-chap=yes refuse-eap=yes refuse-pap=yes", "BadArguments", "refuse-eap refuse-pap refuse-chap")]
    [InlineData("S09", "sstp", "gateway=--cert-warn", "ok", null)]
    [InlineData("P10", "pptp", "lcp-echo-interval=abc", "ok", null)]
    [InlineData("P12", "pptp", "lcp-echo-interval=30s", "ok", null)]
    [InlineData("P29", "pptp", "unit=-1", "ok", null)]
    public async Task WeDiffer(string id, string service, string data, string peerAnswer, string? ourWords)
    {
        (VpnService which, ConnectionSettings connection) = Make(service, data);
        PppdRecorder peer = await PppdRecorder.PeerAsync(which, connection), ours = await PppdRecorder.OursAsync(which, connection);
        // Its error replies get lost at times: then there is none.
        Assert.Equal((id, peerAnswer), (id, peer.Answer == "NoReply" ? "BadArguments" : peer.Answer));
        if (ourWords is null)
        {
            Assert.Equal((id, "BadArguments"), (id, ours.Answer));
            return;
        }
        Assert.Equal((id, "ok"), (id, ours.Answer));
        Assert.Contains(ourWords, PppdWords.Of(ours.Words!), StringComparison.Ordinal);
    }

    private static async Task CompareAsync(string id, VpnService service, ConnectionSettings connection)
    {
        PppdRecorder peer = await PppdRecorder.PeerAsync(service, connection), ours = await PppdRecorder.OursAsync(service, connection);
        Assert.Equal((id, "ok", "ok"), (id, peer.Answer, ours.Answer));
        // Echo and MTU have defaults of our own; what the profile sets must be the same.
        string[] unset = [.. new[] { "lcp-echo-failure", "lcp-echo-interval", "mtu" }.Where(key => connection.Data.GetValueOrDefault(key) is null or "")];
        Assert.Equal((id, PppdWords.Of(peer.Words!, unset)), (id, PppdWords.Of(ours.Words!, unset)));
    }

    private static (VpnService, ConnectionSettings) Make(string service, string data)
    {
        (string, string?)[] changes =
        [
            .. data.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2))
                .Select(pair => (pair[0], pair[1] == "-" ? null : pair[1].Replace('~', ' '))),
        ];
        return service == "pptp" ? (VpnService.Pptp, Profiles.Pptp(changes)) : (VpnService.Sstp, Profiles.Base(changes));
    }
}
