using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Notebook;

/// <summary>What the notebook did: landmarks drawn over a picture, and two pictures merged.</summary>
public sealed class NotebookPipeline
{
    private readonly FaceReader _reader;

    internal NotebookPipeline(FaceReader reader) => _reader = reader;

    /// <summary>
    /// Draws the landmark regions of every face (in the notebook's way: of the first) over a copy of the picture.
    /// </summary>
    /// <param name="image">A whole picture file.</param>
    /// <param name="options">What to look for.</param>
    /// <param name="overlay">How the regions are drawn.</param>
    /// <param name="output">How the result is written.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">
    /// The picture is refused, or has no face: an untouched copy is never returned.
    /// </exception>
    public Task<OverlayResult> OverlayAsync(
        byte[] image, DetectionOptions options, OverlayOptions overlay,
        ImageOutput output, CancellationToken cancellationToken) =>
        _reader.RunAsync([image], reading =>
        {
            using var picture = reading.Decode(image, options);
            var faces = LandmarksOf(picture);
            if (faces.Count == 0)
                throw Reading.NoFace("image");
            var shown = options.NotebookCompatible ? faces.Take(1).ToList() : faces;
            using var canvas = Visible(picture, options);
            reading.Step("overlay", () => LandmarkOverlay.Draw(canvas, shown.Select(f => f.Landmarks), overlay));
            return new OverlayResult(
                reading.Encode(canvas, options.NotebookCompatible ? null : picture.Alpha, output), shown.Count, picture.Notes);

            IReadOnlyList<FaceLandmarks> LandmarksOf(UprightImage picture)
            {
                using var views = Reading.Look(picture, options); // gone before anything is drawn
                return reading.Landmarks(views, options);
            }
        }, cancellationToken);

    /// <summary>Merges two pictures to one gray square.</summary>
    /// <param name="first">A whole picture file.</param>
    /// <param name="second">Another.</param>
    /// <param name="options">Formula, size and alignment.</param>
    /// <param name="output">How the result is written.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">A picture is refused, or has no face to align by.</exception>
    public Task<MergeResult> MergePixelsAsync(
        byte[] first, byte[] second, MergeOptions options, ImageOutput output, CancellationToken cancellationToken) =>
        _reader.RunAsync([first, second], reading =>
        {
            // One picture after the other: both at once would take twice the memory.
            var (square, target, notes) = First();
            using (square)
            {
                using var picture = reading.Decode(second, options.Detection);
                using var other = target is { } onto ? Aligned(picture, onto.Landmarks, onto.Frame) : Squeezed(picture);
                using var merged = reading.Step("merge", () => PairwiseMerge.Pixels(square, other, options.Normalization));
                return new MergeResult(reading.Encode(merged, alpha: null, output), Together(notes, picture.Notes));
            }

            (Mat Square, (Landmarks68 Landmarks, ImageSize Frame)? Target, IReadOnlyList<PictureNote>? Notes) First()
            {
                using var picture = reading.Decode(first, options.Detection);
                (Landmarks68, ImageSize)? face = options.Alignment == MergeAlignment.None
                    ? null
                    : reading.LandmarksOfMain(picture, options.Detection, "first");
                return (Squeezed(picture), face, picture.Notes);
            }

            Mat Squeezed(UprightImage picture)
            {
                using var gray = VisibleGray(picture, options.Detection);
                return gray.Squeeze(options.Size);
            }

            Mat Aligned(UprightImage picture, Landmarks68 target, ImageSize frame)
            {
                var (face, _) = reading.LandmarksOfMain(picture, options.Detection, "second");
                using var gray = VisibleGray(picture, options.Detection);
                return reading.Step("align", () => LandmarkAlignment.Onto(frame, target, gray, face, options.Size));
            }
        }, cancellationToken);

    /// <summary>Merges the landmark coordinates of two faces, each in the square that its picture is squeezed to.</summary>
    /// <inheritdoc cref="MergePixelsAsync"/>
    public Task<MergedLandmarks> MergeLandmarksAsync(
        byte[] first, byte[] second, MergeOptions options, CancellationToken cancellationToken) =>
        _reader.RunAsync([first, second], reading =>
        {
            var (firstFace, firstSize, firstNotes) = Face(first, "first");
            var (secondFace, secondSize, secondNotes) = Face(second, "second");
            var target = LandmarkAlignment.InSquare(firstFace, firstSize, options.Size);
            var other = options.Alignment == MergeAlignment.None
                ? LandmarkAlignment.InSquare(secondFace, secondSize, options.Size)
                : LandmarkAlignment.Onto(firstSize, firstFace, secondFace, options.Size);
            var points = reading.Step("merge", () => PairwiseMerge.Coordinates(target, other, options.Normalization));
            return new MergedLandmarks(points, Together(firstNotes, secondNotes));

            (Landmarks68 Landmarks, ImageSize Frame, IReadOnlyList<PictureNote>? Notes) Face(byte[] file, string part)
            {
                using var picture = reading.Decode(file, options.Detection);
                var (landmarks, frame) = reading.LandmarksOfMain(picture, options.Detection, part);
                return (landmarks, frame, picture.Notes);
            }
        }, cancellationToken);

    private static IReadOnlyList<PictureNote>? Together(IReadOnlyList<PictureNote>? first, IReadOnlyList<PictureNote>? second) =>
        first is null ? second : [.. first.Union(second ?? [])];

    /// <summary>The pixels that may be shown, in the frame in which faces are answered; the caller owns them.</summary>
    private static Mat Visible(UprightImage picture, DetectionOptions options)
    {
        using var visible = picture.ToVisible();
        return options.NotebookCompatible ? visible.Squeeze(DetectionOptions.NotebookSide) : visible.Share();
    }

    /// <summary>The same in gray; the caller owns them.</summary>
    private static Mat VisibleGray(UprightImage picture, DetectionOptions options)
    {
        using var visible = Visible(picture, options);
        return visible.ToGray();
    }
}
