using NmPlugin.Profile;
using TunnelCore.Diagnostics;

namespace NmPlugin.Plugin;

// A secret that the server refused is asked for again (nm-vpn-plugin 4): SecretsRequired, and NetworkManager answers by NewSecrets.
//
// Whether anybody can answer is not to be seen from here; an agent that nobody sits in front of would only turn "Invalid secrets"
// into "No valid secrets". Two signs count: the secret is one that agents keep or ask for each time, or an agent has just given it,
// because NeedSecrets had missed it before.
internal sealed partial class PluginMachine
{
    /// <summary>After three more tries an account is soon locked.</summary>
    private const int MaxAsked = 3;

    /// <summary>Secrets that were missing in a NeedSecrets: an agent gave what has come since.</summary>
    private readonly HashSet<string> _agentGave = [];

    /// <returns>False when the failure is the end.</returns>
    private bool AskAgain(Wish wish, Failure failure, TimeSpan now)
    {
        if (wish.Login is not { Asked: < MaxAsked } login || Refused(login.Connection, failure) is not { Length: > 0 } secrets)
        {
            return false;
        }
        Do(new PluginAction.LogFailure(failure));
        Do(new PluginAction.LogNotice($"asking for {string.Join(" and ", secrets)} again ({login.Asked + 1} of {MaxAsked})"));
        Do(new PluginAction.EmitSecretsRequired(failure.Sentence, secrets));
        var asking = wish with { Login = login with { Asked = login.Asked + 1 } };
        SetState(new PluginState.Asking(failure, now + wish.Profile.ConnectTimeout + s_prompt, asking));
        return true;
    }

    /// <summary>The secrets that the failure is about, if an agent can give another one.</summary>
    private string[] Refused(ConnectionSettings connection, Failure failure)
    {
        NeededSecret[] refused = [.. NeededSecrets.Used(_service.Service, connection).Where(secret => secret.RefusedBy.Contains(failure.Cause))];
        return refused.Any(secret => _agentGave.Contains(secret.Name) || secret.IsWithAgent(connection)) ? [.. refused.Select(secret => secret.Name)] : [];
    }

    private void OnNewSecrets(PluginEvent.NewSecretsCalled call, TimeSpan now)
    {
        if (State is not PluginState.Asking asking)
        {
            Do(new PluginAction.ReplyError(call.Call, VpnError.WrongState, $"No secrets were asked for (state {State.Service})."));
            return;
        }
        Wish wish = asking.Connection with { Login = asking.Connection.Login! with { Connection = call.Connection } };
        if (SameSecrets(asking.Connection.Login.Connection, call.Connection, asking.Refused))
        {
            // An agent that answers by itself, from a file for one. The server would count it as one more wrong login.
            Do(new PluginAction.Reply(call.Call));
            EndOrAskAgain(asking, wish, asking.Refused, now);
            return;
        }
        if (ReadProfile(call.Connection, out Failure? failure) is { } profile)
        {
            Do(new PluginAction.ForgetSecrets(wish.Profile));
            Start(wish with { Profile = profile }, call.Call, now);
        }
        else if (failure!.Cause == Cause.NoPassword)
        {
            Do(new PluginAction.Reply(call.Call));
            EndOrAskAgain(asking, wish, asking.Refused, now);
        }
        else
        {
            Do(new PluginAction.ReplyError(call.Call, ToError(failure.Cause), failure.Sentence));
            StopConnection(asking, failure, VpnFailure.ConnectFailed, disconnect: null, exitStatus: null, now);
        }
    }

    private void EndOrAskAgain(PluginState.Asking asking, Wish wish, Failure failure, TimeSpan now)
    {
        if (!AskAgain(wish, failure, now))
        {
            StopConnection(asking, failure, VpnFailure.LoginFailed, disconnect: null, exitStatus: null, now);
        }
    }

    private bool SameSecrets(ConnectionSettings old, ConnectionSettings answer, Failure failure) =>
        NeededSecrets.Used(_service.Service, old).Where(secret => secret.RefusedBy.Contains(failure.Cause))
            .All(secret => secret.Known(old) == secret.Known(answer));
}
