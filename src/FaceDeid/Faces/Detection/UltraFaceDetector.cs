using FaceDeid.Faces.Networks;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// <see cref="UltraFace"/> on all levels of a picture (<see cref="SearchPyramid"/>). Its pieces are looked at side by side while
/// workers are idle.
/// </summary>
internal sealed class UltraFaceDetector(UltraFace network, WorkerGate gate) : IFaceDetector
{
    /// <summary>Score from which on a face is proposed.</summary>
    private const double Threshold = 0.3;

    private const int LargestInPiece = 32; // pixels: larger ones are found in the next coarser level

    private const int Smallest = 8; // pixels: of a smaller face nothing can be recognised

    public DetectorKind Kind => DetectorKind.UltraFace;

    public int MaxSide => int.MaxValue;

    public bool IsLookedAtTwice => true;

    public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options)
    {
        using var pyramid = new SearchPyramid(image, options.AtAGlance, options.InHalf);
        var seen = gate.Map(pyramid.Pieces, Look).SelectMany(faces => faces);
        List<Sighting> kept = [];
        foreach (var sighting in seen.OrderByDescending(s => s.IsWhole ? s.Scale : 0).ThenByDescending(s => s.Face.Score))
        {
            if (!kept.Exists(other => other.Explains(sighting)))
                kept.Add(sighting);
        }

        return kept.ConvertAll(s => s.Face).ToArray();
    }

    /// <summary>The faces of one piece, in pixels of the picture, without those that the piece's border cuts.</summary>
    private IReadOnlyList<Sighting> Look(Piece piece)
    {
        List<Sighting> faces = [];
        foreach (var (box, score) in network.Look([piece.Pixels], Threshold, piece.IsWhole ? int.MaxValue : LargestInPiece)[0])
        {
            if (piece.ToPicture(box) is { } inPicture && Math.Min(inPicture.Width, inPicture.Height) >= Smallest)
                faces.Add(new Sighting(new RawDetection(inPicture, score), piece.Scale, box.Height));
        }

        return OneBoxPerFace.Merge(faces.OrderByDescending(s => s.Face.Score), s => s.Face.Box);
    }

    /// <summary>A face as one piece shows it.</summary>
    /// <param name="Face">In pixels of the picture.</param>
    /// <param name="Scale">How many of the picture's pixels one of the piece shows: more are coarser.</param>
    /// <param name="Height">The face's height in pixels of the piece.</param>
    private readonly record struct Sighting(RawDetection Face, double Scale, double Height)
    {
        /// <summary>Sure, and large enough in its piece for a good box.</summary>
        public bool IsWhole => Face.Score >= 0.95 && Height >= 20;

        /// <summary>
        /// Whether the other is this face again, or a part of it: in the finer pieces of a large face its nose and mouth look
        /// like a face of their own, and often a surer one.
        /// </summary>
        public bool Explains(Sighting other) => OneBoxPerFace.Covers(Face.Box, other.Face.Box)
            || (IsWhole && Scale > other.Scale && OneBoxPerFace.IsInside(other.Face.Box, Face.Box));
    }
}
