using System.ComponentModel;
using FaceDeid.Imaging.Formats;

namespace FaceDeid.Imaging.Caged;

/// <summary>
/// Reads pictures whose decoders are too large to be trusted with the service's memory, with Magick.NET in a process of its own
/// for each picture, locked into a <see cref="Cage"/>. Thread-safe.
/// </summary>
internal sealed class CagedDecoder
{
    private const string Program = Cage.Folder + "/FaceDeid.Decoder";

    private const int Page = 4096;
    private const byte WithoutAlpha = 3;
    private const byte WithAlpha = 4;

    // Measured: 23 MiB for the program; of each pixel 8 to 16 bytes for HEIC, 9 to 47 for JPEG XL (progressive, with alpha).
    private const long OwnMemory = 128L << 20;
    private const long MemoryPerPixel = 32;
    private const long JpegXlMemoryPerPixel = 80;
    private const long MostMemory = 1L << 30; // HEIC of 50 megapixels takes 0.4 to 0.8 GB

    /// <summary>
    /// The time after which a decoder is given up: 48 megapixels of JPEG XL take 3 s on an idle machine, 12 of HEIC 0.4 s.
    /// </summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(40);

    /// <summary>A transparent GIF.</summary>
    private static readonly byte[] OnePixel =
        Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    private readonly string _folder;
    private readonly IReadOnlyList<string> _command;
    private readonly TimeSpan _maxTime;

    /// <summary>The decoder that was built with the service.</summary>
    /// <param name="folder">Where the program lies that <paramref name="command"/> starts.</param>
    /// <param name="command">Another command than the decoder, to try what the cage does with it.</param>
    /// <param name="maxTime">Another time than <see cref="MaxTime"/>.</param>
    public CagedDecoder(string? folder = null, IReadOnlyList<string>? command = null, TimeSpan? maxTime = null)
    {
        _folder = folder ?? Path.Combine(AppContext.BaseDirectory, "decoder");
        _command = command ?? [Program];
        _maxTime = maxTime ?? MaxTime;
    }

    /// <summary>
    /// What the file's own header says, for a format whose header only the decoder can read; no pixel is decoded.
    /// </summary>
    /// <exception cref="FaceDeidException">As <see cref="Decode"/>; or over a limit.</exception>
    public ImageHeader Inspect(byte[] file, ImageFormat format, ImageLimits limits, CancellationToken cancellationToken = default)
    {
        var maxPixels = limits.MaxMegapixels * 1_000_000L;
        var request = new DecoderRequest(
            Coder(format), WithPixels: false, WithAlpha: true, AcceptsDamage: false, maxPixels, limits.MaxSide, file.Length);
        return Run(
            request, file,
            (answer, _) => new ImageHeader(format, new ImageSize(answer.Width, answer.Height), Orientation: 1,
                answer.Channels == WithAlpha),
            cancellationToken);
    }

    /// <summary>
    /// Decodes the one picture of a file; the caller owns the result, and applies the orientation of the header.
    /// </summary>
    /// <param name="file">The whole file.</param>
    /// <param name="header">
    /// What its header claims, within the limits: the format that it is read as, and the pixels that it may take memory for.
    /// </param>
    /// <param name="onDamage">Whether a damaged file is refused.</param>
    /// <param name="cancellationToken">Ends the decoder at once.</param>
    /// <exception cref="FaceDeidException">
    /// Damaged, not supported, larger than its header says, or not to be read within the limits of the cage.
    /// </exception>
    /// <exception cref="OperationCanceledException">Nobody waits any more.</exception>
    public CagedPicture Decode(
        byte[] file, ImageHeader header, DamagePolicy onDamage = DamagePolicy.Error,
        CancellationToken cancellationToken = default)
    {
        var (width, height) = header.Size;
        var request = new DecoderRequest(
            Coder(header.Format), WithPixels: true, header.HasAlpha, AcceptsDamage: onDamage == DamagePolicy.Accept,
            (long)width * height, Math.Max(width, height), file.Length);
        return Run(request, file, Picture, cancellationToken);
    }

    /// <summary>Tries to read a picture of one pixel.</summary>
    /// <returns>What is missing and what to do about it, for the operator; null: it works.</returns>
    public string? Fault()
    {
        if (Cage.MissingPackage is { } package)
            return $"Debian's package {package} is not installed. Install it ('make setup')";
        var isOurs = string.Equals(_command[0], Program, StringComparison.Ordinal);
        if (isOurs && !File.Exists(Path.Combine(_folder, Path.GetFileName(Program))))
            return "the decoder is not there. Build or publish the service anew";
        try
        {
            using var program = new CagedProgram(_folder, _command, new CageLimits(OwnMemory, _maxTime), CancellationToken.None);
            try
            {
                var request = new DecoderRequest(
                    DecoderCoder.Gif, WithPixels: true, WithAlpha: true, AcceptsDamage: false, MaxPixels: 1, MaxSide: 1,
                    OnePixel.Length);
                Send(program, request, OnePixel);
                using var output = new BinaryReader(program.Output);
                if (DecoderAnswer.Read(output).Outcome == DecoderOutcome.Read)
                    return null;
            }
            catch (IOException)
            {
                // Said below, with what the cage complains of.
            }

            return $"the decoder does not run in its cage ({program.Complaint()}). "
                + "Allow user namespaces: docs/operations.md, Locked decoder";
        }
        catch (Win32Exception e)
        {
            return $"the decoder cannot be started ({e.Message})";
        }
    }

    /// <summary>Whatever the decoder does, there is a result or a refusal, and it is counted which.</summary>
    private T Run<T>(DecoderRequest request, byte[] file, Func<DecoderAnswer, BinaryReader, T> read,
        CancellationToken cancellationToken)
    {
        var outcome = "failed";
        try
        {
            var result = Talk(request, file, read, cancellationToken);
            outcome = "read";
            return result;
        }
        catch (FaceDeidException)
        {
            outcome = "refused";
            throw;
        }
        catch (Exception e) when (e is IOException or Win32Exception or TimeoutException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (e is TimeoutException)
                outcome = "timeout";
            throw new FaceDeidException(
                FaceDeidError.CorruptImage,
                "The picture could not be read within the limits of memory and time for its format. Send it as JPEG or PNG.", e);
        }
        finally
        {
            FaceDeidDiagnostics.CountCaged(outcome);
        }
    }

    private T Talk<T>(DecoderRequest request, byte[] file, Func<DecoderAnswer, BinaryReader, T> read,
        CancellationToken cancellationToken)
    {
        var perPixel = !request.WithPixels ? 0 : request.Coder == DecoderCoder.JpegXl ? JpegXlMemoryPerPixel : MemoryPerPixel;
        var memory = Math.Min(MostMemory, OwnMemory + (2L * file.Length) + (perPixel * request.MaxPixels));
        // ImageMagick gives a HEIC to libheif as a file.
        var limits = new CageLimits(memory, _maxTime, Scratch: request.Coder == DecoderCoder.Heic ? file.Length + Page : 0);
        using var program = new CagedProgram(_folder, _command, limits, cancellationToken);
        try
        {
            Send(program, request, file);
            using var output = new BinaryReader(program.Output);
            var result = read(Announced(output, request), output);
            if (program.Output.ReadByte() < 0 && program.EndedWell())
                return result;
            (result as IDisposable)?.Dispose();
            throw new IOException("More than was announced, or no good end.");
        }
        catch (IOException e) when (program.WasEnded)
        {
            throw new TimeoutException("It took too long.", e);
        }
    }

    private static void Send(CagedProgram program, DecoderRequest request, byte[] file)
    {
        using var input = new BinaryWriter(program.Input);
        request.Write(input);
        input.Write(file);
    }

    /// <summary>The answer's head, which promises a picture that was asked for.</summary>
    private static DecoderAnswer Announced(BinaryReader output, DecoderRequest request)
    {
        var answer = DecoderAnswer.Read(output);
        switch (answer.Outcome)
        {
            case DecoderOutcome.Read when answer is { Width: > 0, Height: > 0, Channels: WithoutAlpha or WithAlpha }
                && answer.ProfileLength is >= 0 and <= DecoderAnswer.MaxProfileLength && !IsTooLarge(answer, request):
                return answer;
            case DecoderOutcome.Corrupt:
                throw Refusals.Corrupt(inner: null);
            case DecoderOutcome.Unsupported:
                throw new FaceDeidException(
                    FaceDeidError.UnsupportedFormat,
                        "The picture uses a feature of its format that is not read. Send it as JPEG or PNG.");
            case DecoderOutcome.TooManyPixels when request.WithPixels:
                throw Refusals.Corrupt(inner: null); // its header said less
            case DecoderOutcome.TooManyPixels:
                throw new ImageLimits((int)(request.MaxPixels / 1_000_000), request.MaxSide)
                    .Exceeded(new ImageSize(answer.Width, answer.Height));
            default:
                throw new IOException("No answer that was asked for.");
        }
    }

    private static bool IsTooLarge(DecoderAnswer answer, DecoderRequest request) =>
        (long)answer.Width * answer.Height > request.MaxPixels || Math.Max(answer.Width, answer.Height) > request.MaxSide;

    private static unsafe CagedPicture Picture(DecoderAnswer answer, BinaryReader output)
    {
        var profile = output.ReadBytes(answer.ProfileLength);
        var picture = new CagedPicture(answer.Width, answer.Height, answer.Channels, profile);
        try
        {
            for (var y = 0; y < answer.Height; y++)
                output.BaseStream.ReadExactly(new Span<byte>((void*)picture.Pixels.Ptr(y), answer.Width * answer.Channels));
            return picture;
        }
        catch
        {
            picture.Dispose();
            throw;
        }
    }

    private static DecoderCoder Coder(ImageFormat format) => format switch
    {
        ImageFormat.Heic => DecoderCoder.Heic,
        ImageFormat.Gif => DecoderCoder.Gif,
        ImageFormat.Bmp => DecoderCoder.Bmp,
        ImageFormat.JpegXl => DecoderCoder.JpegXl,
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, message: null),
    };
}
