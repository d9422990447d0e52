using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>
/// Decoded pixels, turned upright: 8 bits a channel, blue-green-red, sRGB, and the alpha channel beside them when there is one.
/// The colours under full transparency are real picture: detectors look at them, and nothing that leaves shows them.
/// </summary>
internal sealed class UprightImage(Mat bgr, Mat? alpha) : IDisposable
{
    /// <summary>Pixels that are not opaque, below which they show no face: the smallest that is found has more.</summary>
    private const int LeastTransparent = 16 * 16;

    private static readonly IReadOnlyList<Appearance> Opaque = [Appearance.Colours];
    private static readonly IReadOnlyList<Appearance> Transparent = Enum.GetValues<Appearance>();

    /// <summary>The pixels, <c>CV_8UC3</c>; owned by this object.</summary>
    public Mat Bgr { get; } = bgr;

    /// <summary>The opacity, <c>CV_8UC1</c>, or null for an opaque picture; owned by this object.</summary>
    public Mat? Alpha { get; } = alpha;

    /// <summary>
    /// The pixels in which faces are looked for where <see cref="Bgr"/> has too little contrast for it, <c>CV_8UC3</c>; null:
    /// those are. Owned by this object.
    /// </summary>
    public Mat? Stretched { get; init; }

    /// <summary>What <see cref="Stretched"/> was made by.</summary>
    public ContrastStretch? Stretch { get; init; }

    /// <summary>What was done to the picture until here; null: nothing.</summary>
    public IReadOnlyList<PictureNote>? Notes { get; init; }

    /// <summary>The different ways in which viewers may show the picture: a face that any of them shows is looked for.</summary>
    public IReadOnlyList<Appearance> Appearances() =>
        Alpha is null || Alpha.Total() - Count(Alpha, byte.MaxValue) < LeastTransparent ? Opaque : Transparent;

    /// <summary>
    /// The pixels in which faces are looked for, in as much contrast as there is; the caller disposes them like a copy and must
    /// not write to them.
    /// </summary>
    public Mat ToLook(Appearance appearance = Appearance.Colours)
    {
        if (appearance == Appearance.Colours)
            return (Stretched ?? Bgr).Share();
        if (appearance != Appearance.Opacity || ContrastStretch.For(Alpha!) is not { } stretch)
            return Imaging.Appearances.Render(Bgr, Alpha, appearance);
        using var stretched = stretch.Apply(Alpha!);
        return Imaging.Appearances.Render(Bgr, stretched, appearance);
    }

    /// <summary>The pixels in which faces are treated: as they are looked at. The caller owns them.</summary>
    /// <param name="keepsOriginal">Whether this picture stays as it is; else it may be what is treated.</param>
    public UprightImage ToCanvas(bool keepsOriginal) => Stretched is null
        ? ToOwn(keepsOriginal)
        : new UprightImage(Stretched.Clone(), keepsOriginal ? Alpha?.Clone() : Alpha?.Share());

    /// <summary>The pixels themselves, to be written to; the caller owns them.</summary>
    /// <param name="keepsOriginal">Whether this picture stays as it is; else it is what is written to.</param>
    public UprightImage ToOwn(bool keepsOriginal) => keepsOriginal ? new UprightImage(Bgr.Clone(), Alpha?.Clone()) : Share();

    /// <summary>
    /// The picture to be answered: with what was changed in a canvas, in the contrast that the picture came in. The caller owns
    /// it.
    /// </summary>
    /// <param name="canvas">What <see cref="ToCanvas"/> gave, treated.</param>
    /// <param name="keepsOriginal">As there.</param>
    public UprightImage FromCanvas(UprightImage canvas, bool keepsOriginal)
    {
        if (Stretched is null)
            return canvas.Share();
        var answer = keepsOriginal ? Bgr.Clone() : Bgr.Share();
        try
        {
            foreach (var strip in Strips.Split(new Rect(0, 0, Bgr.Width, Bgr.Height)))
                TakeChanges(canvas.Bgr, Stretched, answer, strip);
            return new UprightImage(answer, canvas.Alpha?.Share());
        }
        catch
        {
            answer.Dispose(); // the caller may be gone between two strips
            throw;
        }
    }

    /// <summary>Other headers on the same pixels, to be disposed like a copy.</summary>
    public UprightImage Share() => new(Bgr.Share(), Alpha?.Share());

    /// <summary>Whether something shines through: an alpha channel that is opaque everywhere hides nothing.</summary>
    public bool IsTransparent() => LeastAlpha() < byte.MaxValue;

    /// <summary>Whether there are pixels that nobody may see.</summary>
    public bool Hides() => LeastAlpha() == 0;

    /// <summary>
    /// The pixels as they may be shown: black under full transparency. The caller owns them and must not write to them.
    /// </summary>
    public Mat ToVisible()
    {
        if (Alpha is null)
            return Bgr.Share();
        using var hidden = new Mat();
        Cv2.Compare(Alpha, Scalar.Black, hidden, CmpTypes.EQ);
        var visible = Bgr.Clone();
        visible.SetTo(Scalar.Black, hidden);
        return visible;
    }

    public void Dispose()
    {
        Bgr.Dispose();
        Alpha?.Dispose();
        Stretched?.Dispose();
    }

    private void TakeChanges(Mat canvas, Mat before, Mat answer, Rect strip)
    {
        using var now = canvas.SubMat(strip);
        using var was = before.SubMat(strip);
        using var changes = new Mat();
        Cv2.Absdiff(now, was, changes);
        using var changed = new Mat();
        Cv2.InRange(changes, Scalar.Black, Scalar.Black, changed);
        Cv2.BitwiseNot(changed, changed);
        if (Cv2.CountNonZero(changed) == 0)
            return;
        using var own = Stretch!.Undo(now);
        using var target = answer.SubMat(strip);
        own.CopyTo(target, changed);
    }

    private static int Count(Mat alpha, byte opacity)
    {
        using var equal = new Mat();
        Cv2.Compare(alpha, new Scalar(opacity), equal, CmpTypes.EQ);
        return Cv2.CountNonZero(equal);
    }

    private double LeastAlpha()
    {
        if (Alpha is null)
            return byte.MaxValue;
        Cv2.MinMaxLoc(Alpha, out double least, out double _);
        return least;
    }
}
