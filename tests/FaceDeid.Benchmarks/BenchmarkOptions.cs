using System.Globalization;

namespace FaceDeid.Benchmarks;

/// <summary>The command line.</summary>
/// <param name="Parts">What is measured, in this order.</param>
/// <param name="Seconds">Duration of the load, in seconds.</param>
/// <param name="Clients">Concurrent clients of the load.</param>
internal sealed record BenchmarkOptions(IReadOnlyList<string> Parts, int Seconds = 120, int Clients = 64)
{
    public static bool TryParse(string[] args, string[] known, out BenchmarkOptions options, out string mistake)
    {
        options = new BenchmarkOptions(known);
        mistake = string.Empty;
        List<string> parts = [];
        for (var i = 0; i < args.Length; i++)
        {
            var number = i + 1 < args.Length && int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
            if (known.Contains(args[i], StringComparer.Ordinal))
            {
                parts.Add(args[i]);
            }
            else if (args[i] is "--seconds" or "--clients" && number > 0)
            {
                options = args[i] is "--seconds" ? options with { Seconds = number } : options with { Clients = number };
                i++;
            }
            else
            {
                mistake = $"'{args[i]}' is not understood. Usage: [{string.Join("] [", known)}] [--seconds 120] [--clients 64]";
                return false;
            }
        }

        if (parts.Count > 0)
            options = options with { Parts = parts };
        return true;
    }
}
