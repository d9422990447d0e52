using System.Text.Json;
using System.Text.Json.Serialization;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement.Eyewear;

/// <summary>
/// Whether somebody wears glasses: a logistic regression on how many thin lines are where, whose numbers
/// <c>make train-glasses</c> writes.
/// </summary>
/// <param name="Bias">What is added.</param>
/// <param name="Weights">One for each of the features.</param>
internal sealed record GlassesModel(double Bias, IReadOnlyList<double> Weights)
{
    /// <summary>Name of the embedded file.</summary>
    public const string FileName = "glasses.json";

    private const int Wide = 12; // cells
    private const int High = 6; // cells

    /// <summary>The numbers that this library was built with.</summary>
    public static GlassesModel Load()
    {
        using var file = typeof(GlassesModel).Assembly.GetManifestResourceStream(FileName)!;
        return JsonSerializer.Deserialize(file, GlassesModelJson.Default.GlassesModel)!;
    }

    /// <summary>Thin lines, dark or light, that lie or stand, in each of 12 x 6 cells; both sides of a face together.</summary>
    public static double[] Features(EyePatch patch)
    {
        using var lying = ThinLines.Of(patch.Lightness);
        using var turned = new Mat();
        Cv2.Transpose(patch.Lightness, turned);
        using var standing = ThinLines.Of(turned);
        Cv2.Transpose(standing, standing);
        return [.. Cells(lying, 1), .. Cells(lying, -1), .. Cells(standing, 1), .. Cells(standing, -1)];
    }

    /// <summary>How probable glasses are, 0 to 1.</summary>
    public double Probability(double[] features) =>
        1 / (1 + Math.Exp(-Bias - features.Zip(Weights, (value, weight) => value * weight).Sum()));

    // Of dark lines (1) or light ones (-1).
    private static double[] Cells(Mat lines, int sign)
    {
        using var some = new Mat();
        lines.ConvertTo(some, MatType.CV_32FC1, sign);
        Cv2.Max(some, Scalar.All(0), some);
        using var cells = some.Resize(new Size(Wide, High), 0, 0, InterpolationFlags.Area);
        Cv2.Sqrt(cells, cells);
        var features = new double[High * Wide / 2];
        for (var y = 0; y < High; y++)
        {
            var row = cells.Row<float>(y);
            for (var x = 0; x < Wide / 2; x++)
                features[(y * Wide / 2) + x] = row[x] + row[Wide - 1 - x];
        }

        return features;
    }
}

/// <summary>Made by the compiler, for a quick start.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(GlassesModel))]
internal sealed partial class GlassesModelJson : JsonSerializerContext;
