using System.Text;

namespace NmPlugin.Dialog;

/// <summary>The two ways in which a dialog writes its answer.</summary>
internal static class DialogText
{
    /// <summary>A key file: first the window, then a group for each secret. No agent takes it without title and description.</summary>
    public static string ExternalUi(DialogAnswer answer)
    {
        StringBuilder text = new StringBuilder("[VPN Plugin UI]\n")
            .AppendKey("Version", "2")
            .AppendKey("Title", answer.Title)
            .AppendKey("Description", answer.Description);
        foreach (SecretPrompt prompt in answer.Prompts)
        {
            text.Append('\n').Append('[').Append(prompt.Name).Append("]\n")
                .AppendKey("Value", prompt.Value)
                .AppendKey("Label", prompt.Label)
                .AppendKey("IsSecret", true)
                .AppendKey("ShouldAsk", prompt.ShouldAsk);
        }
        return text.ToString();
    }

    /// <summary>Lines of name and value in turn, then two empty lines. There is no way to write a value of several lines.</summary>
    public static string Standard(DialogAnswer answer)
    {
        var text = new StringBuilder();
        foreach (SecretPrompt prompt in answer.Prompts)
        {
            if (prompt.Value.Length > 0 && !prompt.Value.Contains('\n', StringComparison.Ordinal))
            {
                text.Append(prompt.Name).Append('\n').Append(prompt.Value).Append('\n');
            }
        }
        return text.Append("\n\n").ToString();
    }
}
