using System.Text;
using System.Text.Json;
using TunnelCore.Diagnostics;

namespace TunnelCli.Doctor;

/// <summary>Prints a line per step, for people or for programs.</summary>
internal sealed class DoctorReport(TextWriter output, bool json)
{
    public void Ok(string step, string text) => Print("ok", step, text, null);

    public void Skip(string step, string text) => Print("skip", step, text, null);

    public void Warn(string step, string text) => Print("warn", step, text, null);

    public void Fail(string step, Failure failure, bool optional) => Print(optional ? "warn" : "FAIL", step, failure.Sentence, failure);

    private void Print(string result, string step, string text, Failure? failure)
    {
        if (!json)
        {
            string code = failure is null ? "" : $" [{failure.Info.Code}]";
            output.WriteLine($"{result,-4}  {step,-12}  {text}{code}");
        }
        else
        {
            output.WriteLine(ToJson(result, step, text, failure));
        }

        output.Flush();
    }

    private static string ToJson(string result, string step, string text, Failure? failure)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter writer = new(stream))
        {
            writer.WriteStartObject();
            writer.WriteString("step", step);
            writer.WriteString("result", result.ToLowerInvariant());
            writer.WriteString("text", text);
            if (failure is not null)
            {
                writer.WriteString("code", failure.Info.Code);
                writer.WriteString("detail", failure.Detail);
                writer.WriteString("remedy", failure.Info.Remedy);
                writer.WriteNumber("exitStatus", failure.Info.ExitStatus);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
