using System.Globalization;
using FaceDeid.Fuzz.Mutating;

namespace FaceDeid.Fuzz.Recipes;

/// <summary>Hostile values of the field <c>faces</c>: many, huge, crossing, far away, doubled, and no numbers at all.</summary>
internal static class GivenFaces
{
    private const int Most = 520; // faces; the service takes 512
    private const int MostCorners = 4000; // the service takes 256

    private static readonly string[] Odd =
    [
        "NaN", "Infinity", "-1", "0", "1e9", "1e400", "2147483647", "-2147483648", "2147483648", "9223372036854775807", "0.5",
        "\"1\"", "null", "[]",
    ];

    public static string Of(Dice dice) => dice.Below(6) switch
    {
        0 => Many(1 + dice.Below(Most), _ => Box(dice.Below(150), dice.Below(150), 1 + dice.Below(20), 1 + dice.Below(20))),
        1 => Many(
            1 + dice.Below(90), _ => Box(-dice.Below(200), -dice.Below(200), 1 + dice.Below(20_000), 1 + dice.Below(20_000))),
        2 => Many(1 + dice.Below(Most), _ => Polygon(3, 150, dice)),
        3 => Many(1 + dice.Below(3), _ => Polygon(3 + dice.Below(MostCorners), 150, dice)),
        4 => Many(1 + dice.Below(90), _ => Box(30, 25, 90, 90)), // one over the other
        _ => Many(1 + dice.Below(4), _ =>
            $$$"""{"id":{{{Number(dice)}}},"box":{"x":{{{Number(dice)}}},"y":0,"width":{{{Number(dice)}}},"height":{{{Number(dice)}}}}}"""),
    };

    private static string Many(int count, Func<int, string> face) =>
        $"[{string.Join(',', Enumerable.Range(0, count).Select(face))}]";

    private static string Box(int x, int y, int width, int height) =>
        $$$"""{"box":{"x":{{{x}}},"y":{{{y}}},"width":{{{width}}},"height":{{{height}}}}}""";

    private static string Polygon(int corners, int within, Dice dice) =>
        $$"""{"polygon":{{Many(corners, _ => $$"""{"x":{{dice.Below(3 * within) - within}},"y":{{dice.Below(3 * within) - within}}}""")}}}""";

    private static string Number(Dice dice) =>
        dice.OneIn(2) ? dice.Below(150).ToString(CultureInfo.InvariantCulture) : dice.Of(Odd);
}
