using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;
using TunnelCore.Diagnostics;
using TunnelCore.Net;

namespace TunnelCore.Tests.Net;

public sealed class CertificateTests
{
    [Fact]
    public async Task S015_SelfSigned_GivesReasonAndFingerprint()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(null, "CN=router", dns: [Dial.Name]);
        using TlsTestServer server = new(certificate);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.CertificateSelfSigned, failure.Cause);
        Assert.Contains(Convert.ToHexString(SHA256.HashData(certificate.RawData))[..2] + ":", failure.Detail, StringComparison.Ordinal);
        Assert.Equal(
            Convert.ToHexString(SHA256.HashData(certificate.RawData)),
            failure.Detail[^95..].Replace(":", "", StringComparison.Ordinal));
        Assert.Contains("CN=router", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S015_SelfSigned_GivenAsCaFile_Connects()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(null, "CN=router", dns: [Dial.Name], usage: null);
        using TlsTestServer server = new(certificate);
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name), new TlsOptions { CaFile = TestPki.WritePem(certificate) });
        Assert.Equal(certificate.RawData, connection.ServerCertificate.ToArray());
    }

    [Fact]
    public async Task S016_UnknownIssuer_NamesTheMissingOne()
    {
        using X509Certificate2 other = TestPki.MakeAuthority("CN=Someone Else", null);
        using X509Certificate2 certificate = TestPki.MakeServer(other, dns: [Dial.Name]);
        using TlsTestServer server = new(certificate);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.CertificateUnknownIssuer, failure.Cause);
        Assert.Contains("CN=Someone Else", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S016_UnknownIssuer_WithoutAnyCaFile_NamesTheMissingOne()
    {
        using TlsTestServer server = new(TestPki.Good);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name), new TlsOptions());
        Assert.Equal(Cause.CertificateUnknownIssuer, failure.Cause);
        Assert.Contains("CN=Test Root", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S016_UnknownRootThatTheServerSends_IsNamedWithItsFingerprint()
    {
        using X509Certificate2 other = TestPki.MakeAuthority("CN=Someone Else", null);
        using X509Certificate2 certificate = TestPki.MakeServer(other, dns: [Dial.Name]);
        using OpenSslServer server = await OpenSslServer.StartAsync(certificate, "-cert_chain", TestPki.WritePem(other));
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.CertificateUnknownIssuer, failure.Cause);
        Assert.Contains("the root \"CN=Someone Else\" is not trusted", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S016_MissingIntermediate_NamesIt_AndWithItConnects()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Intermediate, dns: [Dial.Name]);
        using (TlsTestServer leafOnly = new(certificate))
        {
            Failure failure = await Dial.FailureAsync(leafOnly.At(Dial.Name));
            Assert.Equal(Cause.CertificateUnknownIssuer, failure.Cause);
            Assert.Contains("CN=Test Intermediate", failure.Detail, StringComparison.Ordinal);
            // The user may give the intermediate itself: nothing above it matters then.
            using ITlsConnection partial = await Dial.ConnectAsync(leafOnly.At(Dial.Name), new TlsOptions { CaFile = TestPki.WritePem(TestPki.Intermediate) });
        }
        using TlsTestServer complete = new(certificate, [TestPki.Intermediate]);
        using ITlsConnection connection = await Dial.ConnectAsync(complete.At(Dial.Name));
    }

    [Fact]
    public async Task S016_IssuerThatOnlyHasTheRightName_IsRefused()
    {
        foreach (X509Certificate2 trusted in (X509Certificate2[])[TestPki.Root, TestPki.Intermediate])
        {
            using X509Certificate2 impostor = TestPki.MakeAuthority(trusted.Subject, null);
            using X509Certificate2 certificate = TestPki.MakeServer(impostor, dns: [Dial.Name]);
            foreach (X509Certificate2[] sent in (X509Certificate2[][])[[], [trusted], [impostor]])
            {
                using TlsTestServer server = new(certificate, sent);
                Failure failure = await Dial.FailureAsync(server.At(Dial.Name), new TlsOptions { CaFile = TestPki.WritePem(trusted) });
                Assert.True(failure.Cause is Cause.CertificateInvalid or Cause.CertificateUnknownIssuer, failure.ToString());
            }
        }
    }

    [Fact]
    public async Task S016_LookAlikeOfAPinnedCertificate_IsRefused()
    {
        using X509Certificate2 pinned = TestPki.MakeServer(null, "CN=router", dns: [Dial.Name]);
        using X509Certificate2 lookAlike = TestPki.MakeServer(null, "CN=router", dns: [Dial.Name]);
        using TlsTestServer server = new(lookAlike);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name), new TlsOptions { CaFile = TestPki.WritePem(pinned) });
        Assert.Equal(Cause.CertificateSelfSigned, failure.Cause);
    }

    [Fact]
    public async Task S016_ServerCertificateUsedAsIssuer_IsRefused()
    {
        using X509Certificate2 child = TestPki.MakeServer(TestPki.Good, "CN=child", dns: ["evil.example.org"]);
        using TlsTestServer server = new(child, [TestPki.Good]);
        Failure failure = await Dial.FailureAsync(server.At("evil.example.org"));
        Assert.True(failure.Cause is Cause.CertificateInvalid or Cause.CertificateUnknownIssuer, failure.ToString());
        Assert.True(failure.Cause == Cause.CertificateUnknownIssuer || failure.Detail.Contains(": it may not issue certificates;", StringComparison.Ordinal), failure.Detail);
    }

    [Fact]
    public async Task S017_Expired_GivesTheDates()
    {
        DateTimeOffset until = TestPki.Now.AddDays(-3);
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, dns: [Dial.Name], until: until);
        using TlsTestServer server = new(certificate);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.CertificateExpired, failure.Cause);
        Assert.Contains($"valid until {until.UtcDateTime:yyyy-MM-dd HH:mm}", failure.Detail, StringComparison.Ordinal);
        Assert.Contains($"now it is {DateTime.UtcNow:yyyy-MM-dd}", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S017_NotYetValid_GivesTheDates()
    {
        DateTimeOffset from = TestPki.Now.AddDays(3);
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, dns: [Dial.Name], from: from);
        using TlsTestServer server = new(certificate);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.CertificateNotYetValid, failure.Cause);
        Assert.Contains($"valid from {from.UtcDateTime:yyyy-MM-dd HH:mm}", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S018_ValidChainWrongName_GivesBothNames()
    {
        using TlsTestServer server = new(TestPki.Good);
        Failure failure = await Dial.FailureAsync(server.At("other.example.org"));
        Assert.Equal(Cause.CertificateName, failure.Cause);
        Assert.Contains("other.example.org", failure.Detail, StringComparison.Ordinal);
        Assert.Contains("vpn.example.org", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a.ex.org", true)]
    [InlineData("a.b.ex.org", false)]
    [InlineData("ex.org", false)]
    public async Task S019_Wildcard_StandsForOneLabel(string host, bool good)
    {
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, dns: ["*.ex.org"]);
        using TlsTestServer server = new(certificate);
        if (good)
        {
            using ITlsConnection connection = await Dial.ConnectAsync(server.At(host));
            return;
        }
        Assert.Equal(Cause.CertificateName, (await Dial.FailureAsync(server.At(host))).Cause);
    }

    [Fact]
    public async Task S020_AddressLiteral_NeedsAnAddressInTheCertificate()
    {
        using X509Certificate2 right = TestPki.MakeServer(TestPki.Root, addresses: [IPAddress.Loopback]);
        using (TlsTestServer server = new(right))
        {
            using ITlsConnection connection = await Dial.ConnectAsync(server.At("127.0.0.1"));
            Assert.True(string.IsNullOrEmpty(server.LastName), $"SNI was {server.LastName}");
        }
        using X509Certificate2 nameOnly = TestPki.MakeServer(TestPki.Root, "CN=127.0.0.1");
        using TlsTestServer wrong = new(nameOnly);
        Failure failure = await Dial.FailureAsync(wrong.At("127.0.0.1"));
        Assert.Equal(Cause.CertificateName, failure.Cause);
        Assert.Contains("only the common name \"127.0.0.1\"", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S006_Ipv6Literal_ConnectsWithoutSni()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, addresses: [IPAddress.IPv6Loopback]);
        using TlsTestServer server = new(certificate, address: IPAddress.IPv6Loopback);
        using ITlsConnection connection = await Dial.ConnectAsync(ServerEndpoint.Parse($"[::1]:{server.Port}", 443));
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Loopback, server.Port), connection.RemoteEndPoint);
        Assert.True(string.IsNullOrEmpty(server.LastName), $"SNI was {server.LastName}");
    }

    [Fact]
    public async Task S021_ExpectedName_IsVerifiedAndSentAsSni()
    {
        using TlsTestServer server = new(TestPki.Good);
        using ITlsConnection connection = await Dial.ConnectAsync(server.At("127.0.0.1"), Dial.Trusting with { ExpectedName = Dial.Name });
        Assert.Equal(Dial.Name, server.LastName);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name), Dial.Trusting with { ExpectedName = "else.example.org" });
        Assert.Equal(Cause.CertificateName, failure.Cause);
    }

    [Theory]
    [InlineData("self-signed")]
    [InlineData("unknown-issuer")]
    [InlineData("expired")]
    [InlineData("name")]
    public async Task S022_IgnoredErrors_AreLoggedAndTheCertificateIsKept(string what)
    {
        using X509Certificate2 other = TestPki.MakeAuthority("CN=Someone Else", null);
        using X509Certificate2 certificate = what switch
        {
            "self-signed" => TestPki.MakeServer(null, dns: [Dial.Name]),
            "unknown-issuer" => TestPki.MakeServer(other, dns: [Dial.Name]),
            "expired" => TestPki.MakeServer(TestPki.Root, dns: [Dial.Name], until: TestPki.Now.AddDays(-1)),
            _ => TestPki.MakeServer(TestPki.Root, dns: ["other.example.org"]),
        };
        using TlsTestServer server = new(certificate);
        CapturingLogger log = new();
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name), Dial.Trusting with { IgnoreCertificateErrors = true }, log);
        Assert.Equal(certificate.RawData, connection.ServerCertificate.ToArray());
        string warning = Assert.Single(log.Lines, line => line.Level == LogLevel.Warning).Text;
        Assert.Contains("CN=server", warning, StringComparison.Ordinal);
        Assert.Contains(certificate.GetCertHashString(HashAlgorithmName.SHA256)[^2..], warning, StringComparison.Ordinal);
        Assert.Contains($"certificate.{what}", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task S023_CaFileUnreadableOrNoPem_NamesTheFile_BeforeAnyNetwork()
    {
        string[] bad = ["/nonexistent/ca.pem", "/", "/dev/zero", MakePipe(), TestPki.WriteFile("not a certificate"), TestPki.WriteFile("")];
        foreach (string path in bad)
        {
            Failure failure = await Dial.FailureAsync(
                new ServerEndpoint("no.invalid", 1), new TlsOptions { CaFile = path }, lookup: new NameLookup(_ => throw new InvalidOperationException("network used")));
            Assert.Equal(Cause.MissingFile, failure.Cause);
            Assert.Contains(path, failure.Detail, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task S023_CaDirectory_ReplacesTheSystemsStore()
    {
        using TlsTestServer server = new(TestPki.Good);
        string directory = Directory.CreateDirectory(Path.Combine(TestPki.Scratch, "ca")).FullName;
        Failure empty = await Dial.FailureAsync(server.At(Dial.Name), new TlsOptions { CaDirectory = directory });
        Assert.Equal(Cause.CertificateUnknownIssuer, empty.Cause);
        File.Copy(TestPki.WritePem(TestPki.Root), Path.Combine(directory, "0a1b2c3d.0"));
        File.WriteAllText(Path.Combine(directory, "README"), "no certificate");
        File.WriteAllText(Path.Combine(directory, "empty"), "");
        using (ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name), new TlsOptions { CaDirectory = directory }))
        {
            Assert.Equal(TestPki.Good.RawData, connection.ServerCertificate.ToArray());
        }
        Failure missing = await Dial.FailureAsync(server.At(Dial.Name), new TlsOptions { CaDirectory = "/nonexistent" });
        Assert.Equal(Cause.MissingFile, missing.Cause);
    }

    [Fact]
    public async Task S024_RevocationList_RevokesAllowsOrIsMissing()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, dns: [Dial.Name]);
        using TlsTestServer server = new(certificate);
        (string List, Cause? Expected)[] cases =
        [
            (MakeList(TestPki.Root, certificate), Cause.CertificateRevoked),
            (MakeList(TestPki.Root), null),
            (MakeList(TestPki.Intermediate), Cause.CertificateInvalid),
            (MakeList(TestPki.Root, null, outOfDate: true), Cause.CertificateInvalid),
        ];
        foreach ((string list, Cause? expected) in cases)
        {
            TlsOptions options = Dial.Trusting with { CrlFile = list };
            if (expected is { } cause)
            {
                Assert.Equal(cause, (await Dial.FailureAsync(server.At(Dial.Name), options)).Cause);
                continue;
            }
            using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name), options);
        }
        using X509Certificate2 impostor = TestPki.MakeAuthority("CN=Test Root", null);
        Failure forged = await Dial.FailureAsync(server.At(Dial.Name), Dial.Trusting with { CrlFile = MakeList(impostor) });
        Assert.Contains("not signed by it", forged.Detail, StringComparison.Ordinal);
        Failure noList = await Dial.FailureAsync(server.At(Dial.Name), Dial.Trusting with { CrlFile = TestPki.WriteFile("nothing") });
        Assert.Equal(Cause.MissingFile, noList.Cause);
    }

    [Fact]
    public async Task ClientOnlyCertificate_IsRefusedAsServer()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, dns: [Dial.Name], usage: "1.3.6.1.5.5.7.3.2");
        using OpenSslServer server = await OpenSslServer.StartAsync(certificate);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.Equal(Cause.CertificateUsage, failure.Cause);
        Assert.Contains("1.3.6.1.5.5.7.3.2", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyExtendedUsage_IsGoodForAServer()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, dns: [Dial.Name], usage: "2.5.29.37.0");
        using OpenSslServer server = await OpenSslServer.StartAsync(certificate);
        using ITlsConnection connection = await Dial.ConnectAsync(server.At(Dial.Name));
    }

    [Fact]
    public async Task SeveralReasons_TheChainComesFirst()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(null, dns: ["other.example.org"], until: TestPki.Now.AddDays(-1));
        using TlsTestServer server = new(certificate);
        Assert.Equal(Cause.CertificateSelfSigned, (await Dial.FailureAsync(server.At(Dial.Name))).Cause);
        TlsOptions pinned = new() { CaFile = TestPki.WritePem(certificate) };
        Assert.Equal(Cause.CertificateExpired, (await Dial.FailureAsync(server.At(Dial.Name), pinned)).Cause);
    }

    [Fact]
    public async Task HostileNames_AreEscapedInTheSentence()
    {
        using X509Certificate2 certificate = TestPki.MakeServer(null, "CN=\"a\nb\u001b[31mRED" + new string('x', 60) + "\"");
        using TlsTestServer server = new(certificate);
        Failure failure = await Dial.FailureAsync(server.At(Dial.Name));
        Assert.DoesNotContain(failure.Sentence, char.IsControl);
    }

    [Fact]
    public void ChangedBytes_AreNeverAccepted_AndNeverBreakTheJudge()
    {
        Random random = new(5);
        using TrustAnchors anchors = TrustAnchors.Load(Dial.Trusting);
        CertificateJudge judge = new(anchors, null, Dial.Name, TimeProvider.System);
        byte[] good = TestPki.Good.RawData;
        Assert.Empty(judge.Judge(TestPki.Good, []));
        int loaded = 0;
        for (int i = 0; i < 600; i++)
        {
            byte[] changed = [.. good];
            for (int n = random.Next(1, 4); n > 0; n--)
            {
                changed[random.Next(changed.Length)] ^= (byte)random.Next(1, 256);
            }
            try
            {
                using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(changed);
                loaded++;
                Assert.NotEmpty(judge.Judge(certificate, []));
            }
            catch (CryptographicException)
            {
                // Not a certificate any more.
            }
        }
        Assert.InRange(loaded, 50, 600);
    }

    [Theory]
    [InlineData("private", false, "counts, not the system's")]
    [InlineData("private", true, null)]
    [InlineData("public root", false, null)]
    [InlineData("public intermediate", false, null)]
    [InlineData("both", false, null)]
    [InlineData("none", false, null)]
    public void S016_CaFile_OfAPrivateAuthorityCountsAlone_OfAPublicOneBesideTheSystems(string file, bool isAdded, string? refused)
    {
        using X509Certificate2 corporate = TestPki.MakeAuthority("CN=Corporate", null);
        using X509Certificate2 otherPublic = TestPki.MakeAuthority("CN=Public 2", null);
        using X509Certificate2 issuedByOther = TestPki.MakeServer(otherPublic, dns: [Dial.Name]);
        X509Certificate2[] own = file switch
        {
            "private" => [corporate],
            "public root" => [TestPki.Root],
            "public intermediate" => [TestPki.Intermediate],
            "both" => [corporate, TestPki.Root],
            _ => [],
        };
        TlsOptions options = new() { CaFile = own.Length > 0 ? TestPki.WritePem(own) : null, AddsCaFile = isAdded };
        using TrustAnchors anchors = TrustAnchors.Load(options, [TestPki.Root, otherPublic]);
        IReadOnlyList<Failure> reasons = new CertificateJudge(anchors, null, Dial.Name, TimeProvider.System).Judge(issuedByOther, []);
        if (refused is null)
        {
            Assert.Empty(reasons);
            return;
        }
        Assert.Equal(Cause.CertificateUnknownIssuer, reasons[0].Cause);
        Assert.Contains(refused, reasons[0].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void S016_CaFile_ThatNobodyElseVouchesFor_SaysNothingOfTheSystem()
    {
        using X509Certificate2 corporate = TestPki.MakeAuthority("CN=Corporate", null);
        using X509Certificate2 unknown = TestPki.MakeServer(TestPki.MakeAuthority("CN=Nobody", null), dns: [Dial.Name]);
        using TrustAnchors anchors = TrustAnchors.Load(new TlsOptions { CaFile = TestPki.WritePem(corporate) }, [TestPki.Root]);
        Failure failure = new CertificateJudge(anchors, null, Dial.Name, TimeProvider.System).Judge(unknown, [])[0];
        Assert.Contains("CN=Nobody", failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("system", failure.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("O=Acme", false, Cause.CertificateInvalid, "carries no name")]
    [InlineData("CN=other.example", true, Cause.CertificateInvalid, "carries no name")]
    [InlineData("CN=other.example", false, Cause.CertificateName, "only the common name \"other.example\"")]
    public void S018_CertificateWithoutAnyName_IsNotToldToBeForAnotherName(string subject, bool emptyExtension, Cause cause, string words)
    {
        using X509Certificate2 certificate = TestPki.MakeServer(TestPki.Root, subject, dns: emptyExtension ? [] : null);
        using TrustAnchors anchors = TrustAnchors.Load(Dial.Trusting);
        Failure failure = Assert.Single(new CertificateJudge(anchors, null, Dial.Name, TimeProvider.System).Judge(certificate, []));
        Assert.Equal(cause, failure.Cause);
        Assert.Contains(words, failure.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain(cause == Cause.CertificateInvalid ? "gateway" : "pin", failure.Info.Remedy!, StringComparison.Ordinal);
    }

    private static string MakePipe()
    {
        string path = Path.Combine(TestPki.Scratch, $"{Guid.NewGuid():N}");
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("mkfifo", path);
        process.WaitForExit();
        return path;
    }

    private static string MakeList(X509Certificate2 issuer, X509Certificate2? revoked = null, bool outOfDate = false)
    {
        CertificateRevocationListBuilder builder = new();
        if (revoked is not null)
        {
            builder.AddEntry(revoked);
        }
        DateTimeOffset thisUpdate = TestPki.Now.AddDays(outOfDate ? -9 : -1);
        byte[] der = builder.Build(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!), 1, thisUpdate.AddDays(7), HashAlgorithmName.SHA256,
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(
                issuer.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single()), thisUpdate);
        return TestPki.WriteFile(PemEncoding.WriteString("X509 CRL", der));
    }
}
