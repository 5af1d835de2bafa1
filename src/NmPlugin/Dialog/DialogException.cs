namespace NmPlugin.Dialog;

/// <summary>The caller of the dialog did something that it cannot go on after. The message is for standard error: no secrets in it.</summary>
internal sealed class DialogException(string message) : Exception(message);
