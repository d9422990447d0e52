using FaceDeid.Imaging;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>Two pictures of one person.</summary>
/// <param name="Subject">The file that is de-identified.</param>
/// <param name="Other">Another photo, by which an attacker may know the person.</param>
internal sealed record PersonPictures(string Subject, string Other)
{
    /// <summary>
    /// Each folder below this one that itself holds two pictures or more is one person, and the first two by name are the person's.
    /// Files of formats that the service does not read are no pictures.
    /// </summary>
    public static IEnumerable<PersonPictures> Below(string folder) =>
        Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(person => Directory.EnumerateFiles(person).Order(StringComparer.Ordinal).Where(IsPicture).Take(2).ToArray())
            .Where(pictures => pictures.Length == 2)
            .Select(pictures => new PersonPictures(pictures[0], pictures[1]));

    private static bool IsPicture(string file) => ImageDecoder.FormatOf(File.ReadAllBytes(file)) is not null;
}
