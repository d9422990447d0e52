using FaceDeid.Models;
using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// UltraFace RFB, a small CNN that sees 320 x 240 pixels, so that large pictures are shown to it whole and in tiles
/// (<see cref="TilePyramid"/>). A <see cref="Net"/> keeps its activations inside: they are pooled.
/// </summary>
internal sealed class UltraFaceDetector : IFaceDetector, IKeepsMemory, IDisposable
{
    /// <summary>Score from which on a face is reported, unless the caller says otherwise.</summary>
    public const double Threshold = 0.6;

    private static readonly string[] Outputs = ["scores", "boxes"];
    private readonly ResourcePool<Net> _pool;

    public UltraFaceDetector(string modelFile)
    {
        _pool = DeepModels.Pool(modelFile);
    }

    public DetectorKind Kind => DetectorKind.UltraFace;

    public int MaxSide => int.MaxValue;

    public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options) => _pool.Use(net =>
    {
        List<Sighting> seen = [];
        TilePyramid.ForEach(image.Bgr, tile => seen.AddRange(Look(net, tile, options.MinScore ?? Threshold)));

        List<Sighting> kept = [];
        foreach (var sighting in seen.OrderByDescending(s => s.IsWhole ? s.TileWidth : 0).ThenByDescending(s => s.Face.Score))
        {
            if (!kept.Exists(other => other.Explains(sighting)))
                kept.Add(sighting);
        }

        return kept.ConvertAll(s => s.Face).ToArray();
    });

    public void GiveBack() => _pool.GiveBack();

    public void Dispose() => _pool.Dispose();

    /// <summary>The faces of one tile, in pixels of the picture, without those that the tile's border cuts.</summary>
    private static IReadOnlyList<Sighting> Look(Net net, Tile tile, double threshold)
    {
        using var blob = CvDnn.BlobFromImage(
            tile.Pixels, 1 / 128.0, TilePyramid.TileSize, new Scalar(127, 127, 127), swapRB: true, crop: false);
        net.SetInput(blob);
        using var scores = new Mat();
        using var boxes = new Mat();
        net.Forward([scores, boxes], Outputs);
        var confidence = Values(scores);
        var corners = Values(boxes);
        List<Sighting> faces = [];
        for (var i = 0; i < confidence.Length / 2; i++)
        {
            var score = confidence[(2 * i) + 1]; // the first of the two is the background's
            if (score < threshold)
                continue;
            var box = new Rect2d(
                corners[4 * i], corners[(4 * i) + 1],
                corners[(4 * i) + 2] - corners[4 * i], corners[(4 * i) + 3] - corners[(4 * i) + 1]);
            if (tile.ToPicture(box) is { } inPicture)
                faces.Add(new Sighting(new RawDetection(inPicture, score), tile.Place.Width, box.Height));
        }

        return OneBoxPerFace.Merge(faces.OrderByDescending(s => s.Face.Score), s => s.Face.Box);
    }

    private static unsafe ReadOnlySpan<float> Values(Mat output) => new((void*)output.Data, checked((int)output.Total()));

    /// <summary>A face as one tile shows it.</summary>
    /// <param name="Face">In pixels of the picture.</param>
    /// <param name="TileWidth">How many of the picture's pixels the tile shows side by side: more are coarser.</param>
    /// <param name="PartOfTile">The face's height as a part of the tile's.</param>
    private readonly record struct Sighting(RawDetection Face, double TileWidth, double PartOfTile)
    {
        /// <summary>Sure, and large enough in its tile, 40 of 240 pixels, for a good box.</summary>
        public bool IsWhole => Face.Score >= 0.95 && PartOfTile >= 1 / 6.0;

        /// <summary>
        /// Whether the other is this face again, or a part of it: in the finer tiles of a large face its nose and mouth look like
        /// a face of their own, and often a surer one.
        /// </summary>
        public bool Explains(Sighting other) => OneBoxPerFace.Covers(Face.Box, other.Face.Box)
            || (IsWhole && TileWidth > other.TileWidth && OneBoxPerFace.IsInside(other.Face.Box, Face.Box));
    }
}
