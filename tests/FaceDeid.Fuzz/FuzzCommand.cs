using System.Runtime.InteropServices;
using System.Text;
using FaceDeid.Fuzz.Recipes;
using FaceDeid.Fuzz.Running;
using FaceDeid.Fuzz.Seeds;

namespace FaceDeid.Fuzz;

/// <summary>
/// What <c>make fuzz</c> runs: damaged uploads for the real service, without end or one again. See docs/fuzzing.md.
/// </summary>
internal static class FuzzCommand
{
    public static async Task<int> Main(string[] args)
    {
        if (FuzzArguments.Parse(args) is not { } arguments)
        {
            await Console.Error.WriteLineAsync(FuzzArguments.Usage);
            return 2;
        }

        // By which the service ends too.
        using var stop = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static _ => Environment.Exit(1));
        await using var runner = await Runner.StartAsync();
        var kitchen = new UploadBuilder(await SeedFiles.AllAsync(runner));
        if (arguments.Replay is not null)
            return await ReplayAsync(runner, kitchen, arguments);
        return await new Campaign(runner, kitchen, arguments).RunAsync() == 0 ? 0 : 1;
    }

    private static async Task<int> ReplayAsync(Runner runner, UploadBuilder kitchen, FuzzArguments arguments)
    {
        var recipe = Recipe.Parse(arguments.Replay!.Split(" = ")[0]);
        var request = kitchen.Make(recipe);
        if (arguments.Save is not null)
            await File.WriteAllBytesAsync(arguments.Save, request.Body);
        var outcome = await runner.RunAsync(recipe, request);
        Console.WriteLine(
            $"{recipe} = {outcome.Answer} [{string.Join(' ', outcome.Kinds)}], {outcome.Seconds:0.00} s, "
            + $"{outcome.Growth / 1_000_000} MB");
        foreach (var part in request.Parts)
        {
            var text = Encoding.UTF8.GetString(part.Content.AsSpan(0, Math.Min(200, part.Content.Length)));
            Console.WriteLine($"  {part.Name} {(part.FileName is null ? text : $"({part.Content.Length} bytes)")}");
        }

        Console.WriteLine(outcome.Violation ?? "no rule was broken");
        return outcome.Violation is null ? 0 : 1;
    }
}
