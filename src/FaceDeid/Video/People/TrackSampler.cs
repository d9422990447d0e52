using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Video.Tracking;

namespace FaceDeid.Video.People;

/// <summary>Finds the frames in which a face that is followed is seen best, and who it is there. Thread-safe.</summary>
internal sealed class TrackSampler(
    CheckedLandmarkPredictor predictor, FaceEmbedder embedder, AgeSexNetwork kinds, ExpressionNetwork expressions)
{
    private const int Most = 5; // of a track in a segment
    private const double Better = 1.15; // a little better is not worth the time
    private const int Often = 25; // frames
    private const double LargeEnough = 80; // pixels of a face's width, beyond which more say no more

    /// <summary>Looks at a find, if it may be one of the best, or one of those that are due.</summary>
    /// <param name="samples">Those of the track so far; one may be added, or take the place of another.</param>
    /// <param name="frame">Number of the frame.</param>
    /// <param name="seen">The find.</param>
    /// <param name="image">The frame; made when it is needed.</param>
    /// <param name="often">Whether somebody may stay visible: then it is looked at all along.</param>
    /// <param name="forDonors">Whether a donor will be chosen.</param>
    public void Look(
        List<TrackSample> samples, int frame, Sighting seen, Func<SearchImage> image, bool often, bool forDonors)
    {
        var quality = seen.Score * Math.Min(1, seen.Box.Width / LargeEnough);
        var isDue = often && (samples.Count == 0 || frame >= samples.Max(sample => sample.Frame) + Often);
        var least = samples.Count < Most ? 0 : samples.OrderByDescending(sample => sample.Quality).ElementAt(Most - 1).Quality;
        if (seen.Roll != 0 || (!isDue && quality < least * Better))
            return;
        var face = ToFace(seen.Box);
        var pixels = image();
        var (landmarks, areReliable) = predictor.Predict(pixels.Gray, face);
        if (!areReliable)
            return;
        samples.Add(new TrackSample(
            frame, quality, embedder.Embed(pixels.Bgr, landmarks), kinds.Look(pixels.Bgr, landmarks),
            forDonors ? expressions.Look(pixels.Bgr, landmarks) : null,
            forDonors ? FaceCutout.Of(pixels.Bgr, face.Box, landmarks) : null));
        Forget(samples, often);
    }

    // Of cut-outs one is enough; of samples the best, unless all along is needed.
    private static void Forget(List<TrackSample> samples, bool often)
    {
        samples.Sort((a, b) => b.Quality.CompareTo(a.Quality));
        for (var i = 1; i < samples.Count; i++)
            samples[i] = samples[i] with { Cutout = null };
        if (!often && samples.Count > Most)
            samples.RemoveRange(Most, samples.Count - Most);
    }

    private static FoundFace ToFace(FaceBox place)
    {
        var box = Boxes.Around(place.X + (place.Width / 2), place.Y + (place.Height / 2), place.Width, place.Height);
        return new FoundFace(0, box, Score: 1, DetectorKind.Auto, SubDetector: null)
        {
            LandmarkBox = box.ForLandmarks(),
            IsCommon = true,
        };
    }
}
