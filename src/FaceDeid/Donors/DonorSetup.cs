using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Donors;

/// <summary>Makes the donor library that the repository ships, from pictures that it does not.</summary>
public static class DonorSetup
{
    private const double MinInterocular = 24; // pixels: smaller faces say little of shape

    /// <summary>Makes the donor file.</summary>
    /// <param name="services">Where the library is.</param>
    /// <param name="pictures">Folder of the donors' pictures, one person each.</param>
    /// <param name="labels">Table of what was seen in them (<c>models/donor-people.tsv</c>).</param>
    /// <param name="people">
    /// Folder with a folder for each of some people, with several pictures, from which pose and expression are learned.
    /// </param>
    /// <param name="file">The donor file.</param>
    /// <returns>How many donors there are.</returns>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: a model or the pictures are missing.
    /// </exception>
    public static int Build(IServiceProvider services, string pictures, string labels, string people, string file)
    {
        var faces = Directory.EnumerateDirectories(people, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(person => Landmarks(services, person)).Where(person => person.Count > 0).ToList();
        var library = services.GetRequiredService<DonorBuilder>()
            .Build(pictures, ShapeModel.Learn(faces), DonorLabels.Load(labels));
        library.Save(file);
        return library.Donors.Count;
    }

    private static List<Landmarks68> Landmarks(IServiceProvider services, string person) =>
        [.. Directory.EnumerateFiles(person).Order(StringComparer.Ordinal)
            .Select(file => LandmarksIn(services, File.ReadAllBytes(file))).OfType<Landmarks68>()];

    private static Landmarks68? LandmarksIn(IServiceProvider services, byte[] file)
    {
        try
        {
            return services.GetRequiredService<FaceReader>().Run([file], reading =>
            {
                using var picture = reading.Decode(file, new DetectionOptions());
                using var search = SearchImage.Create(picture);
                var found = reading.Detect(search, new DetectionOptions());
                if (found.Count == 0)
                    return null;
                var (landmarks, areReliable) = services.GetRequiredService<CheckedLandmarkPredictor>()
                    .Predict(search.Gray, MainFace.Choose(found));
                return areReliable && landmarks.InterocularDistance() >= MinInterocular ? landmarks : null;
            }, CancellationToken.None);
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.UnsupportedFormat) // a list, a licence
        {
            return null;
        }
    }
}
