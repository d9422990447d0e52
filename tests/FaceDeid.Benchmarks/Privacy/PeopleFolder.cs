using FaceDeid.Evaluation.Datasets;
using FaceDeid.Imaging;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>
/// A folder with a folder for each person: of two pictures, the first by name is de-identified, and by the other attackers know
/// the person.
/// </summary>
internal static class PeopleFolder
{
    /// <summary>
    /// Each folder below this one that itself holds two pictures or more is one person. Files of formats that the service does
    /// not read are no pictures.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="count">How many people at most, the first.</param>
    /// <param name="deidentified">The de-identified pictures; null: they are made, or the originals.</param>
    public static EvaluationDataset Dataset(string folder, int count, IReadOnlyList<DatasetFile?> deidentified)
    {
        var people = People(folder, count);
        return new EvaluationDataset(
            [.. people.Select((pictures, i) => new EvaluationRow(
                i + 1, $"{i}", pictures[0], i < deidentified.Count ? deidentified[i] : null))],
            [.. people.Select((pictures, i) => new GalleryPicture(i + 1, $"{i}", pictures[1]))],
            TreatedGallery: []);
    }

    public static IReadOnlyList<DatasetFile[]> People(string folder, int count) =>
    [
        .. Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(person =>
                Directory.EnumerateFiles(person).Order(StringComparer.Ordinal).Where(IsPicture).Take(2).Select(File).ToArray())
            .Where(pictures => pictures.Length == 2)
            .Take(count),
    ];

    private static DatasetFile File(string path) => new(path, token => System.IO.File.ReadAllBytesAsync(path, token));

    private static bool IsPicture(string file) => PictureFile.FormatOf(System.IO.File.ReadAllBytes(file)) is not null;
}
