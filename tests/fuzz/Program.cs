using System.Globalization;
using Fuzz;

// Hostile bytes for every parser.
//   fuzz [--seconds S] [--seed N] [TARGET...]   runs all targets, or these, S seconds each (default 2)
//   fuzz --replay TARGET FILE                   one input again, with the whole error
// Prints "ok fuzz-NAME" or "not ok fuzz-NAME: why" and at last "N passed, N failed"; a bad input is saved in build/fuzz.
double seconds = 2;
int seed = Environment.TickCount;
List<string> names = [];
for (int i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--seconds":
            seconds = double.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--seed":
            seed = int.Parse(args[++i], CultureInfo.InvariantCulture);
            break;
        case "--replay":
            FuzzTarget one = Targets.All.Single(t => t.Name == args[i + 1]);
            Exception? error = new Campaign(one, seed).Try(File.ReadAllBytes(args[i + 2]));
            Console.WriteLine(error?.ToString() ?? "nothing is wrong with it");
            return error is null ? 0 : 1;
        default:
            names.Add(args[i]);
            break;
    }
}

FuzzTarget[] targets = names.Count == 0 ? Targets.All : [.. names.Select(n => Targets.All.Single(t => t.Name == n))];
Console.WriteLine($"fuzz: {targets.Length} targets, {seconds.ToString(CultureInfo.InvariantCulture)} s each, seed {seed}");
int failed = 0;
Parallel.ForEach(targets, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, target =>
{
    Campaign campaign = new(target, seed);
    if (campaign.Run(TimeSpan.FromSeconds(seconds)) is not var (input, error))
    {
        Console.WriteLine($"ok fuzz-{target.Name} ({campaign.Inputs} inputs, {campaign.Outcomes} outcomes)");
        return;
    }
    Interlocked.Increment(ref failed);
    string file = Path.Combine(Directory.CreateDirectory("build/fuzz").FullName, $"{target.Name}-{(uint)seed}");
    File.WriteAllBytes(file, input);
    Console.WriteLine($"not ok fuzz-{target.Name}: {error.GetType().Name}: {error.Message.ReplaceLineEndings(" ")} ({input.Length} octets in {file})");
});
Console.WriteLine($"{targets.Length - failed} passed, {failed} failed");
return failed == 0 ? 0 : 1;
