using TunnelCore.Diagnostics;

namespace TunnelCore.Tests;

public sealed class CauseTableTests
{
    [Fact]
    public void EveryCause_HasOneRow_WithAUniqueCode()
    {
        Assert.Equal(Enum.GetValues<Cause>(), CauseTable.All.Select(row => row.Cause));
        Assert.Equal(CauseTable.All.Count, CauseTable.All.Select(row => row.Code).Distinct().Count());
    }

    [Fact]
    public void Sentence_WithoutDetail_HasNoPlaceholderLeft()
    {
        foreach (CauseInfo row in CauseTable.All)
        {
            string text = row.Describe("");
            Assert.DoesNotContain("{0}", text, StringComparison.Ordinal);
            Assert.DoesNotContain("()", text, StringComparison.Ordinal);
            Assert.DoesNotContain("unknown reason", text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public void Sentence_CarriesTheDetail()
    {
        foreach (CauseInfo row in CauseTable.All.Where(row => row.Sentence.Contains("{0}", StringComparison.Ordinal)))
        {
            Assert.Contains("192.0.2.1:443", row.Describe("192.0.2.1:443"), StringComparison.Ordinal);
        }
    }
}
