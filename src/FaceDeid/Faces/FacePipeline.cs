using FaceDeid.Faces.Detection;

namespace FaceDeid.Faces;

/// <summary>Finds faces and places their landmarks.</summary>
public sealed class FacePipeline
{
    private readonly FaceReader _reader;

    internal FacePipeline(FaceReader reader) => _reader = reader;

    /// <summary>The detectors that can be asked for.</summary>
    public IReadOnlyList<DetectorKind> Detectors => _reader.Finder.Kinds;

    /// <summary>Finds faces; none is an empty list.</summary>
    /// <param name="image">A whole picture file.</param>
    /// <param name="options">What to look for.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">The picture is refused.</exception>
    public Task<DetectResponse> DetectAsync(byte[] image, DetectionOptions options, CancellationToken cancellationToken) =>
        _reader.RunAsync([image], reading =>
        {
            using var picture = reading.Decode(image, options);
            using var views = Reading.Look(picture, options);
            return new DetectResponse(views.Size, reading.Detect(views, options), picture.Notes);
        }, cancellationToken);

    /// <summary>Finds faces and places the 68 landmarks of each; none is an empty list.</summary>
    /// <inheritdoc cref="DetectAsync"/>
    public Task<LandmarksResult> LandmarksAsync(byte[] image, DetectionOptions options, CancellationToken cancellationToken) =>
        _reader.RunAsync([image], reading =>
        {
            using var picture = reading.Decode(image, options);
            using var views = Reading.Look(picture, options);
            return new LandmarksResult(views.Size, reading.Landmarks(views, options), picture.Notes);
        }, cancellationToken);
}
