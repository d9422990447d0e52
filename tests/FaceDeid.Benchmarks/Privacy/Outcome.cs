using FaceDeid.Detection;
using FaceDeid.Imaging;


namespace FaceDeid.Benchmarks.Privacy;

/// <summary>A person after a treatment.</summary>
/// <param name="Face">What attackers get.</param>
/// <param name="Traits">What everybody else gets.</param>
/// <param name="IsFallback">Whether the face did not get the method that was asked for.</param>
internal sealed record Outcome(Likeness Face, Traits Traits, bool IsFallback)
{
    private static readonly ImageOutput Png = new(ImageFormat.Png);

    /// <summary>Treats a person's picture as the service does and looks at the main face anew.</summary>
    public static async Task<Outcome> OfAsync(
        Person person, Treatment treatment, DeidentificationPipeline pipeline, ImageDecoder decoder, Examiner examiner)
    {
        var (picture, isFallback) = (await File.ReadAllBytesAsync(person.Picture), false);
        if (treatment.Options is { } options)
        {
            var result = await pipeline.DeidentifyAsync(picture, options, Png, CancellationToken.None);
            picture = result.Picture;
            isFallback = result.Report.Faces.Single(face => face.Id == person.Face.Face.Id).Method != options.Method;
        }

        using var decoded = decoder.Decode(picture);
        using var image = new SearchImage(decoded.Bgr.Share());
        return new Outcome(examiner.LikenessOf(image, person.Face), examiner.TraitsOf(image, person.Face.Face), isFallback);
    }
}
