using NmPlugin.Dialog;
using NmPlugin.Tests.Support;
using static NmPlugin.Tests.Support.DialogRun;

namespace NmPlugin.Tests.Dialog;

/// <summary>Command lines, with what each caller writes.</summary>
public sealed class DialogOptionsTests
{
    private static DialogOptions Parse(string line) => DialogOptions.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [InlineData("-u U -n N -s S --external-ui-mode -i -r -t a -t b")]
    [InlineData("-u U -n N -s S -i -r -t a -t b --external-ui-mode")]
    [InlineData("--uuid U --name N --service S --external-ui-mode --allow-interaction --reprompt --hint a --hint b")]
    [InlineData("--external-ui-mode --hint=a --hint=b --service=S --name=N --uuid=U -ir")]
    [InlineData("-uU -nN -sS -rita -tb --external-ui-mode")]
    [InlineData("--new -x --new=1 stray -u U -n N -s S -xi -r -t a -t b --external-ui-mode -y")]
    [InlineData("-u U -n N -s S -i -r -t a -t b --external-ui-mode -- -u X --help")]
    public void T79_EveryCallersOrder(string line)
    {
        DialogOptions options = Parse(line);
        Assert.Equal(("U", "N", "S", true, true, true, false), (options.Uuid, options.Name, options.Service, options.AllowInteraction, options.Reprompt, options.ExternalUi, options.Help));
        Assert.Equal(["a", "b"], options.Hints);
    }

    [Theory]
    [InlineData("-n -i", "-i", false)]
    [InlineData("-n --external-ui-mode -i", "--external-ui-mode", true)]
    [InlineData("--name= -i", "", true)]
    [InlineData("-i --name", null, true)]
    [InlineData("-in", null, true)]
    [InlineData("--allow-interaction=yes -n x", "x", false)]
    [InlineData("- -n x", "x", false)]
    public void OddOnes(string line, string? name, bool interaction)
    {
        DialogOptions options = Parse(line);
        Assert.Equal((name, interaction, false), (options.Name, options.AllowInteraction, options.ExternalUi));
    }

    [Theory]
    [InlineData("-n N -s org.freedesktop.NetworkManager.sstp")]
    [InlineData("-u U -s org.freedesktop.NetworkManager.sstp")]
    [InlineData("-u U -n N")]
    [InlineData("-u U -n N -s")]
    [InlineData("")]
    public async Task T79_MissingOption(string line)
    {
        DialogRun run = await OfAsync(line.Split(' ', StringSplitOptions.RemoveEmptyEntries), AgentInput.Nmcli(AgentInput.Base));
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.Contains("-u, -n, -s", run.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("org.freedesktop.NetworkManager.pptp")]
    [InlineData("")]
    [InlineData("sstp\nx")]
    public async Task A10_WrongService(string service)
    {
        DialogRun run = await OfAsync([.. Who(service), "--external-ui-mode", "-i"], AgentInput.Nmcli(AgentInput.Base));
        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.StartsWith($"nm-sstp-auth-dialog: this is the dialog of {Sstp}", run.Errors, StringComparison.Ordinal);
        Assert.Equal(1, run.Errors.Count(c => c == '\n'));
    }
}
