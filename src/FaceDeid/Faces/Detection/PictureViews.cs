using FaceDeid.Imaging;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// A picture as viewers may show it, for faces to be looked for. One appearance is held at a time, since all of them would take
/// too much memory: asking for another one ends the last.
/// </summary>
internal sealed class PictureViews : IDisposable
{
    /// <summary>
    /// Pixels of a picture that is looked at more than once: it may take no more memory than the largest opaque one.
    /// </summary>
    private const long MostTransparent = 40_000_000;

    private readonly UprightImage _picture;
    private Appearance _appearance = Appearance.Colours;

    /// <summary>Looks at a picture, which stays the caller's and must live as long.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="square">
    /// Side of the square that its colours alone are squeezed to, as the notebook does; null: as it is.
    /// </param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.TooManyPixels"/>: it is transparent, and too large for that.
    /// </exception>
    public PictureViews(UprightImage picture, int? square = null)
    {
        _picture = picture;
        Appearances = square is null ? picture.Appearances() : [Appearance.Colours];
        if (Appearances.Count > 1 && picture.Bgr.Total() > MostTransparent)
        {
            throw new FaceDeidException(
                FaceDeidError.TooManyPixels,
                $"The picture has transparency and more than {MostTransparent / 1_000_000} megapixels: it would be searched four "
                + "times. Flatten it, or reduce it.");
        }

        Now = square is { } side ? new SearchImage(picture.Bgr.Squeeze(side)) : SearchImage.Create(picture);
    }

    /// <summary>What there is to look at, <see cref="Appearance.Colours"/> first.</summary>
    public IReadOnlyList<Appearance> Appearances { get; }

    /// <summary>The appearance that was asked for last; owned by this object.</summary>
    public SearchImage Now { get; private set; }

    public ImageSize Size => Now.Bgr.ImageSize();

    /// <summary>One appearance, until the next one is asked for; owned by this object.</summary>
    public SearchImage As(Appearance appearance)
    {
        if (appearance != _appearance)
        {
            Now.Dispose();
            Now = new SearchImage(_picture.ToLook(appearance));
            _appearance = appearance;
        }

        return Now;
    }

    /// <summary>Examines faces, each in an appearance that shows it; the results are in the order of the faces.</summary>
    public IReadOnlyList<TResult> Examine<TFace, TResult>(
        IReadOnlyList<TFace> faces, Func<TFace, FoundFace> face,
        Func<SearchImage, IReadOnlyList<TFace>, IReadOnlyList<TResult>> examine)
    {
        var results = new TResult[faces.Count];
        foreach (var together in faces.Index().GroupBy(item => face(item.Item).Seen).OrderBy(group => group.Key != _appearance))
        {
            var examined = examine(As(together.Key), [.. together.Select(item => item.Item)]);
            foreach (var ((index, _), result) in together.Zip(examined))
                results[index] = result;
        }

        return results;
    }

    public void Dispose() => Now.Dispose();
}
