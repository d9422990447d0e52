using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Tests.Collections;

namespace FaceDeid.Tests.Evaluation;

/// <summary>Datasets of the johns, five people with several pictures each.</summary>
internal static class Datasets
{
    public const int People = 5;

    /// <summary>The first picture of each, and the second as gallery.</summary>
    public static EvaluationDataset Of(Func<byte[], byte[]?> deidentify, bool withGallery = true, byte[]? certificate = null)
    {
        var pictures = Collected.Pictures(2).ToList();
        return new EvaluationDataset(
            [.. pictures.Take(People).Select((john, i) => new EvaluationRow(
                i + 1, john.Person, File(john.File), deidentify(john.File) is { } file ? File(file) : null))],
            withGallery
                ? [.. pictures.Skip(People).Select((john, i) => new GalleryPicture(i + 1, john.Person, File(john.File)))]
                : [],
            TreatedGallery: [],
            certificate);
    }

    /// <summary>So many pictures of each, without a gallery.</summary>
    public static EvaluationDataset Rows(int each, Func<byte[], byte[]?> deidentify) => new(
        [.. Collected.Pictures(each).Select((john, i) =>
            new EvaluationRow(i + 1, john.Person, File(john.File), deidentify(john.File) is { } file ? File(file) : null))],
        Gallery: [], TreatedGallery: []);

    public static DatasetFile File(byte[] content) => new("x", _ => Task.FromResult(content));

    public static byte[] Constant(byte[] like)
    {
        using var picture = Engine.Decoder.Decode(like);
        return Picture.Of(picture.Bgr.Width, picture.Bgr.Height, 3, (_, _, _) => 127).Png();
    }

    public static Task<EvaluationResult> EvaluateAsync(
        EvaluationDataset dataset, EvaluationOptions? options = null, IProgress<StageProgress>? progress = null) =>
        Engine.Evaluation.EvaluateAsync(dataset, options ?? new EvaluationOptions(), progress, CancellationToken.None);

    public static IEnumerable<AttackResult> By(this EvaluationReport report, Threat threat) =>
        report.Attacks.Where(attack => attack.Threat == threat);
}
