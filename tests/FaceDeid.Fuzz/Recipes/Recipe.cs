using System.Globalization;

namespace FaceDeid.Fuzz.Recipes;

/// <summary>How a request is made: a few words and numbers, from which all its bytes follow.</summary>
/// <param name="Target">The call.</param>
/// <param name="Seed">The file that it begins with.</param>
/// <param name="Options">The number of its other fields.</param>
/// <param name="Envelope">The number of the damage to the form around them; 0: none.</param>
/// <param name="Steps">The numbers of the changes to the file, one after the other.</param>
internal sealed record Recipe(Target Target, string Seed, uint Options, uint Envelope, IReadOnlyList<uint> Steps)
{
    /// <summary>As a line: <c>deidentify jpeg-cmyk 1f2e3d4c 0 9a8b7c6d,5e4f3a2b</c>.</summary>
    public override string ToString() =>
        $"{Target.Name} {Seed} {Options:x} {Envelope:x} "
        + (Steps.Count == 0 ? "-" : string.Join(',', Steps.Select(step => step.ToString("x", CultureInfo.InvariantCulture))));

    /// <summary>Reads a line.</summary>
    public static Recipe Parse(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 5)
            throw new FormatException("A recipe has five words: target, seed, options, envelope, and steps or '-'.");
        return new Recipe(
            Target.Find(words[0]), words[1], Hex(words[2]), Hex(words[3]),
            string.Equals(words[4], "-", StringComparison.Ordinal) ? [] : [.. words[4].Split(',').Select(Hex)]);

        static uint Hex(string text) => uint.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
