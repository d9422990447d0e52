using System.CommandLine;

namespace FaceDeid.Cli;

/// <summary>What all commands have in common.</summary>
internal static class CommandLine
{
    private const int Failed = 1;
    private const int WrongArguments = 2;

    /// <summary>Runs the command that is asked for; the exit code: 0, 1 where it failed, 2 where it was not understood.</summary>
    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await Console.Error.WriteLineAsync(error.Message);
            await Console.Error.WriteLineAsync($"'facedeid {parsed.CommandResult.Command.Name} --help' shows what there is.");
            return WrongArguments;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (FaceDeidException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            if (refused.Code == FaceDeidError.InvalidOption)
                return WrongArguments;
            foreach (var (place, reason)
                in refused.Code == FaceDeidError.BadDataset && refused.Options is { } faults ? faults : Nothing)
                await Console.Error.WriteLineAsync($"  {place} {reason}");
            return Failed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
    }

    /// <summary>An option whose values have the names that they have in forms and JSON.</summary>
    public static Option<T?> Choice<T>(string name, string description)
        where T : struct, Enum
    {
        var names = string.Join('|', WireNames.All(typeof(T)));
        return new Option<T?>(name)
        {
            Description = description,
            HelpName = names,
            CustomParser = argument =>
            {
                if (WireNames.Parse(typeof(T), argument.Tokens[0].Value) is T value)
                    return value;
                argument.AddError($"{name} must be one of {names}.");
                return null;
            },
        };
    }

    /// <summary>Refuses other whole numbers.</summary>
    public static void AcceptBetween(this Option option, int least, int most) => option.Validators.Add(result =>
    {
        if (result.Tokens.Count == 1 && !(int.TryParse(result.Tokens[0].Value, out var value) && value >= least && value <= most))
            result.AddError($"{option.Name} must be between {least} and {most}.");
    });

    private static readonly Dictionary<string, string> Nothing = [];
}
