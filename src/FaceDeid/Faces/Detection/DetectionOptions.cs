namespace FaceDeid.Faces.Detection;

/// <summary>How a picture is read, and how faces are looked for in it.</summary>
public sealed record DetectionOptions
{
    /// <summary>Side of the square that the notebook squeezes every picture to, in pixels.</summary>
    public const int NotebookSide = 300;

    /// <summary>Haar's step between two sizes, as the notebook had it.</summary>
    public const double DefaultScaleFactor = 1.1;

    /// <summary>Haar's windows for a face, as the notebook had it.</summary>
    public const int DefaultMinNeighbors = 4;

    /// <summary>The original notebook's steps and settings, with which its results are reproduced to the last bit.</summary>
    public static DetectionOptions Notebook(DetectorKind detector) =>
        new() { NotebookCompatible = true, Detector = detector, Upsample = 1 };

    /// <summary>
    /// Whether the picture is first squeezed to the notebook's square of <see cref="NotebookSide"/> pixels;
    /// colour profiles are then ignored, boxes and points are in that square, and the first face found stands for the picture.
    /// </summary>
    public bool NotebookCompatible { get; private init; }

    /// <summary>What happens when the picture's file is damaged.</summary>
    public DamagePolicy OnDamage { get; init; }

    /// <summary>The detector.</summary>
    public DetectorKind Detector { get; init; } = DetectorKind.Auto;

    /// <summary>
    /// Whether the picture is searched for small faces, too, turned by 30, 90 and 180 degrees, and by
    /// <see cref="DetectorKind.Auto"/> for faces seen from the side: six times the time and more.
    /// </summary>
    public bool Thorough { get; init; }

    /// <summary>
    /// HOG: how often the picture is doubled in size before looking, 0 to 2. Smallest face: 80, 40 or 20 pixels. Null: 1 for
    /// <see cref="DetectorKind.Hog"/>, 0 in <see cref="DetectorKind.Auto"/>, where small faces are the CNN's.
    /// </summary>
    public int? Upsample { get; init; }

    /// <summary>Haar: step between two sizes of the search window, 1.05 to 2.</summary>
    public double ScaleFactor { get; init; } = DefaultScaleFactor;

    /// <summary>Haar: overlapping windows needed for a face, 1 to 20.</summary>
    public int MinNeighbors { get; init; } = DefaultMinNeighbors;

    /// <summary>
    /// Smallest width and height of a face in pixels of the upright picture; smaller ones are left out. 0: no bound.
    /// </summary>
    public int MinFaceSize { get; init; }

    /// <summary>Whether a picture is only looked at as a whole, at the size that the network was trained for.</summary>
    internal bool AtAGlance { get; init; }

    /// <summary>
    /// Whether a network looks at the picture in half its size and less only: it then sees no faces below 16 pixels, and needs a
    /// third of the time.
    /// </summary>
    internal bool InHalf { get; init; }

    /// <summary>
    /// Faces below this score are left out; null: the detector's own threshold. UltraFace, YuNet and
    /// <see cref="DetectorKind.Auto"/>: the probability, 0.1 to 1. HOG finds more when it is negative, down to -1: below,
    /// everything looks like a face, and time and memory grow without bound.
    /// </summary>
    public double? MinScore { get; init; }
}
