using FaceDeid.Evaluation.Datasets;

namespace FaceDeid.Evaluation;

/// <summary>What a dataset must be before a picture of it is read.</summary>
internal static class DatasetRules
{
    private const int GalleryPerRow = 4;

    /// <summary>Refuses what cannot be evaluated; all wrong rows at once.</summary>
    public static void Check(EvaluationDataset dataset, EvaluationOptions options, int maxRows)
    {
        if (options.Method is not null && options.Algorithm is not null)
            throw FaceDeidException.Invalid("algorithm", "cannot be combined with 'method'. Leave one of the two out.");
        if (dataset.Rows.Count > maxRows || dataset.Gallery.Count + dataset.TreatedGallery.Count > GalleryPerRow * maxRows)
        {
            throw new FaceDeidException(
                FaceDeidError.TooManyPictures,
                $"An evaluation takes at most {maxRows} rows and {GalleryPerRow * maxRows} photos in galleries on this "
                + "service. Send fewer.");
        }

        var faults = new DatasetFaults();
        var (known, treated) = (People(dataset.Gallery), People(dataset.TreatedGallery));
        foreach (var row in dataset.Rows)
        {
            if (row.Deidentified is null && options.Method is null && options.Algorithm is null)
            {
                faults.Add(
                    row.Part, row.Number,
                    "has no de-identified picture: put a file of the same name into deidentified/, or name the method.");
            }

            if (known.Count > 0 && !known.Contains(row.Subject))
            {
                faults.Add(
                    row.Part, row.Number,
                    "has nobody of its person in gallery/: put another photo there, or leave that folder out.");
            }

            if (treated.Count > 0 && !treated.Contains(row.Subject))
            {
                faults.Add(
                    row.Part, row.Number,
                    "has nobody of its person in gallery-deidentified/: put another photo there, or leave that folder out.");
            }
        }

        faults.ThrowIfAny();
        RequirePeople(dataset.Rows.Select(row => row.Subject));
    }

    /// <summary>Refuses a set in which nobody can be confused.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooFewPeople"/>.</exception>
    public static void RequirePeople<T>(IEnumerable<T> people)
    {
        if (people.Distinct().Take(2).Count() < 2)
        {
            throw new FaceDeidException(
                FaceDeidError.TooFewPeople,
                "The dataset has one person only, or none, and nobody to be taken for. Send pictures of at least two people, and "
                + "of sixty for a verdict: each in a folder of its own inside originals/, or named in subjects.csv.");
        }
    }

    private static HashSet<string> People(IEnumerable<GalleryPicture> gallery) =>
        gallery.Select(picture => picture.Subject).ToHashSet(StringComparer.Ordinal);
}
