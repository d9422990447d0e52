using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;
using FaceDeid.Sealing.Carriers;

namespace FaceDeid.Sealing;

/// <summary>Protection that can be taken back by who has a key, and by nobody else.</summary>
public sealed class SealPipeline
{
    private readonly FaceReader _reader;
    private readonly DeidentificationPipeline _deidentification;
    private readonly FaceRestorer _restorer;

    internal SealPipeline(FaceReader reader, DeidentificationPipeline deidentification, FaceRestorer restorer)
    {
        _reader = reader;
        _deidentification = deidentification;
        _restorer = restorer;
    }

    /// <summary>De-identifies a picture and seals the original pixels of its faces: they come back to the last bit.</summary>
    /// <param name="image">A whole picture file.</param>
    /// <param name="options">What the public sees.</param>
    /// <param name="seal">Who may bring which faces back, and where the seal is kept.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">The picture or an option is refused, or the picture has no face.</exception>
    public Task<SealResult> SealAsync(
        byte[] image, DeidentificationOptions options, SealOptions seal, CancellationToken cancellationToken) =>
        CloseAsync(image, options, seal, cancellationToken);

    /// <summary>
    /// Scrambles the faces of a picture and seals the order of their blocks: they come back, up to what other compression took.
    /// </summary>
    /// <inheritdoc cref="SealAsync"/>
    public Task<SealResult> ScrambleAsync(
        byte[] image, DeidentificationOptions options, SealOptions seal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        return CloseAsync(image, options with { Method = DeidentificationMethod.Scramble }, seal, cancellationToken);
    }

    /// <summary>Brings faces back. No picture leaves unless every face that is asked for is genuine.</summary>
    /// <param name="image">A whole picture file.</param>
    /// <param name="sidecar">Its seal; null: the file carries it.</param>
    /// <param name="options">Keys, and which faces.</param>
    /// <param name="output">How the result is written.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">
    /// The picture is refused; or <see cref="FaceDeidError.MissingKey"/>, <see cref="FaceDeidError.WrongKey"/>,
    /// <see cref="FaceDeidError.NotSealed"/>, <see cref="FaceDeidError.SealTampered"/>,
    /// <see cref="FaceDeidError.PixelsChanged"/>, <see cref="FaceDeidError.SidecarMismatch"/>.
    /// </exception>
    public async Task<RestoreResult> RestoreAsync(
        byte[] image, byte[]? sidecar, OpenOptions options, ImageOutput output, CancellationToken cancellationToken)
    {
        SealRules.Check(options);
        return await _reader.RunAsync([image], reading =>
        {
            var file = SealFile.Read(image, sidecar);
            using var picture = reading.Decode(image, new DetectionOptions());
            reading.Step("belongs", () => file.CheckAgainst(picture));
            using var opened = reading.Step("open", () => OpenedFaces.Open(file.Seal, options));
            new WorkBudget().TakeRegions(opened.Faces.Select(face => face.Face.Region));
            TreatmentMemory.CheckRestoring(file.Uploaded, picture, opened.Faces.Select(face => face.Face.Region));
            foreach (var face in opened.Faces)
                reading.Step("restore", () => _restorer.Restore(picture, opened, face, file));
            return new RestoreResult(
                reading.Encode(picture.Bgr, picture.Alpha, output),
                [.. opened.Faces.Select(face => face.Face.Id)], file.Seal.Faces.Count - opened.Faces.Count);
        }, cancellationToken);
    }

    /// <summary>Gives faces other keys. Neither what is sealed nor the picture is opened.</summary>
    /// <param name="file">A whole picture file that carries a seal, or a sidecar.</param>
    /// <param name="isSidecar">Whether it is a sidecar.</param>
    /// <param name="options">Keys that open the faces now, and which faces.</param>
    /// <param name="recipients">Who may open them from now on.</param>
    /// <param name="kept">Who else still may.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">As <see cref="RestoreAsync"/>; pixels are not looked at.</exception>
    public async Task<RewrapResult> RewrapAsync(
        byte[] file, bool isSidecar, OpenOptions options, IReadOnlyList<Recipient> recipients,
        KeptAccess kept, CancellationToken cancellationToken)
    {
        SealRules.Check(options);
        SealRules.Check(recipients);
        return await _reader.RunAsync(isSidecar ? [] : [file], reading => reading.Step("rewrap", () =>
        {
            var seal = isSidecar ? SealFile.Parse(file) : SealFile.Read(file, sidecar: null).Seal;
            using var opened = OpenedFaces.Open(seal, options);
            var rewrapped = SealFormat.Write(Rewrapping.Rewrap(opened, options.Keys, recipients, kept));
            return new RewrapResult(
                isSidecar ? rewrapped : SealCarrier.Embed(file, rewrapped), [.. opened.Faces.Select(face => face.Face.Id)]);
        }), cancellationToken);
    }

    private async Task<SealResult> CloseAsync(
        byte[] image, DeidentificationOptions options, SealOptions seal, CancellationToken cancellationToken)
    {
        SealRules.Check(seal.Recipients);
        var ofPixels = options.Method != DeidentificationMethod.Scramble;
        return await _deidentification.TreatAsync(image, options, keepsOriginal: ofPixels, (reading, treated) =>
        {
            SealRules.CheckRecipients(seal.Recipients, treated.Report.Faces);
            var picture = reading.Encode(treated.Answer.Bgr, treated.Answer.Alpha, seal.Output);
            using var own = ofPixels
                ? reading.Step("save", () => FaceSealer.Save(treated, reading.HasAlpha(picture), seal.Recipients))
                : null;
            treated.Original.Dispose(); // before the written picture is read
            using var shown = Shown(reading, treated.Answer, picture, seal.Output.Format);
            var closed = reading.Step("seal", () => own is null
                ? FaceSealer.SealOrder(treated.Scrambling?.Faces ?? [], shown, seal.Recipients)
                : FaceSealer.SealPixels(own, shown));
            if (closed is null)
                return new SealResult(picture, Seal: null, Sealed: [], treated.Report);
            var bytes = SealFormat.Write(closed);
            return new SealResult(
                seal.Sidecar ? picture : SealCarrier.Embed(picture, bytes), bytes,
                [.. closed.Faces.Select(face => face.Id)], treated.Report);
        }, cancellationToken);
    }

    /// <summary>
    /// What others will see of the written picture, also after a codec with loss. A PNG in which nothing is hidden is read only
    /// by who opens it. The caller owns the result; the answer is used up.
    /// </summary>
    private static UprightImage Shown(Reading reading, UprightImage answer, byte[] picture, ImageFormat format)
    {
        if (format == ImageFormat.Png && !answer.Hides())
            return answer.Share();
        answer.Dispose(); // both at once would take twice the memory
        return reading.Decode(picture, new DetectionOptions());
    }
}
