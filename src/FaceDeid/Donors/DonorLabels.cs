using System.Globalization;

namespace FaceDeid.Donors;

/// <summary>What somebody saw in the pictures of a folder.</summary>
internal sealed class DonorLabels
{
    private readonly Dictionary<string, DonorLabel> _byFile;

    private DonorLabels(Dictionary<string, DonorLabel> byFile) => _byFile = byFile;

    /// <summary>
    /// Reads a table with tabs: a header, then file, origin, licence, sex (<c>f</c>, <c>m</c>), age in years, use (<c>seed</c>,
    /// <c>vote</c>, <c>none</c>), glasses (<c>yes</c>, <c>no</c>).
    /// </summary>
    public static DonorLabels Load(string file) => new(File.ReadLines(file).Skip(1).Select(line => line.Split('\t'))
        .ToDictionary(
            cells => cells[0],
            cells => new DonorLabel(
                cells[3] is "m", int.Parse(cells[4], CultureInfo.InvariantCulture), IsUsed: cells[5] is not "none",
                IsClear: cells[5] is "seed", HasGlasses: cells[6] is "yes"),
            StringComparer.Ordinal));

    /// <summary>Whether a picture is of use; one that nobody saw is not.</summary>
    public bool Uses(string file) => _byFile.TryGetValue(file, out var label) && label.IsUsed;

    public DonorLabel Of(string file) => _byFile[file];
}

/// <summary>What somebody saw in a picture.</summary>
/// <param name="IsMale">Whether the person is a man; of children it says nothing.</param>
/// <param name="Age">In years.</param>
/// <param name="IsUsed">Whether it is of use.</param>
/// <param name="IsClear">Whether a donor may be made around it: nothing covers or shades the face.</param>
/// <param name="HasGlasses">Whether the person wears glasses.</param>
internal sealed record DonorLabel(bool IsMale, int Age, bool IsUsed, bool IsClear, bool HasGlasses);
