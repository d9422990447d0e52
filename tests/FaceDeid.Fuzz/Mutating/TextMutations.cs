using System.Globalization;
using System.Text;

namespace FaceDeid.Fuzz.Mutating;

/// <summary>Damage to JSON, CSV and the values of fields.</summary>
internal static class TextMutations
{
    private static readonly string[] Odd =
    [
        "", " ", "0", "-1", "1e999", "-1e999", "NaN", "Infinity", "2147483648", "-2147483648", "9223372036854775808", "1.5",
        "0x10", "١٢", "null", "true", "TRUE ", "[]", "{}", "\0", "\r\n", "\uFEFF", "‮", "é", "'", "\"", "<script>", "../../x",
        "%00", "{{7*7}}", "🙂", "\\ud800", ",", ",,", "1,1,1", "#FFFFFF", "#GGGGGG", "keyId", "{\"a\":{\"a\":",
    ];

    /// <summary>A value that a field was not made for.</summary>
    public static string OddValue(Dice dice) => dice.Below(8) switch
    {
        0 => new string(dice.Of(Odd) is [var first, ..] ? first : 'a', 1 + dice.Below(5000)),
        1 => string.Concat(Enumerable.Repeat("[", 1 + dice.Below(2000))),
        _ => dice.Of(Odd),
    };

    /// <summary>One change, and what it is called.</summary>
    public static (string Text, string Kind) Apply(string text, Dice dice)
    {
        if (text.Length == 0)
            return (OddValue(dice), "text.value");
        var at = dice.Below(text.Length);
        return dice.Below(6) switch
        {
            0 => (text[..at] + OddValue(dice) + text[at..], "text.insert"),
            1 => (Number(text, dice), "text.number"),
            2 => (text[..at], "text.cut"),
            3 => (text.Remove(at, Math.Min(text.Length - at, 1 + dice.Below(8))), "text.delete"),
            4 => (
                text[..at]
                + string.Concat(Enumerable.Repeat(text[at..Math.Min(text.Length, at + 20)], 1 + dice.Below(100))) + text[at..],
                "text.repeat"),
            _ => (text[..at] + "[]{},:\"-.\\0"[dice.Below(11)] + text[(at + 1)..], "text.sign"),
        };
    }

    /// <summary>The same for a text in bytes, which may then not be UTF-8 any more.</summary>
    public static (byte[] File, string Kind) Apply(byte[] utf8, Dice dice)
    {
        if (dice.OneIn(5))
        {
            var (bytes, kind) = ByteMutations.Apply(utf8, dice);
            return (bytes, $"text.{kind}");
        }

        var (text, change) = Apply(Encoding.UTF8.GetString(utf8), dice);
        return (Encoding.UTF8.GetBytes(text), change);
    }

    /// <summary>Another number in place of one that is there.</summary>
    private static string Number(string text, Dice dice)
    {
        var starts = Enumerable.Range(0, text.Length)
            .Where(i => char.IsAsciiDigit(text[i]) && (i == 0 || !char.IsAsciiDigit(text[i - 1]))).ToList();
        if (starts.Count == 0)
            return text + OddValue(dice);
        var start = dice.Of(starts);
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        var number = dice.OneIn(3)
            ? dice.Of(Odd)
            : ((long)dice.OddNumber(dice.OneIn(2) ? 4 : 2) - dice.Below(3)).ToString(CultureInfo.InvariantCulture);
        return text[..start] + number + text[end..];
    }
}
