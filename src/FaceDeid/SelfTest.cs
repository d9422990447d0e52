using FaceDeid.Collections;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using OpenCvSharp;

namespace FaceDeid;

/// <summary>
/// Loads every model and tries each detector and method on a face that the library carries: the average of many faces, nobody's
/// own.
/// </summary>
public sealed class SelfTest
{
    private readonly ImageDecoder _decoder;
    private readonly FaceFinder _finder;
    private readonly LandmarkPredictor _predictor;
    private readonly AgeSexNetwork _ageAndSex;
    private readonly FaceDeidentifier _deidentifier;
    private readonly CollectionParts _collections;
    private readonly WorkerGate _gate;

    internal SelfTest(
        ImageDecoder decoder, FaceFinder finder, LandmarkPredictor predictor, AgeSexNetwork ageAndSex,
        FaceDeidentifier deidentifier, CollectionParts collections, WorkerGate gate)
    {
        _gate = gate;
        _collections = collections;
        _deidentifier = deidentifier;
        _decoder = decoder;
        _finder = finder;
        _predictor = predictor;
        _ageAndSex = ageAndSex;
    }

    /// <summary>
    /// Throws unless JPEG is read, PNG is written, every detector finds exactly the one face, its landmarks lie on it, it looks
    /// grown up, and every method changes it.
    /// </summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: one of these does not work on this machine.
    /// </exception>
    public void Run()
    {
        using var picture = _decoder.Decode(AverageFace());
        TestJpeg(picture.Bgr);
        TestPng(picture.Bgr);
        using var image = SearchImage.Create(picture);
        // Methods are tried once all detectors work: they would fail of a detector's failure, and name themselves.
        _gate.Map([.. _finder.Kinds.Skip(1)], detector => Test(detector, image));
        var face = Test(DetectorKind.Auto, image)[0]; // the union of some of them, which have been named if they failed
        IReadOnlyList<Action> tests =
        [
            () => _collections.Test(AverageFace()),
            () => TestAge(picture.Bgr, _predictor.Predict(image.Gray, face)),
            .. Enum.GetValues<DeidentificationMethod>()
                .Select(method => (Action)(() => _deidentifier.Test(method, picture, face))),
        ];
        _gate.Map(tests, test =>
        {
            test();
            return true;
        });
    }

    /// <summary>JPEG is read by a library of the system's, which may be missing; the face is a PNG.</summary>
    private static void TestJpeg(Mat pixels)
    {
        using var read = new Mat(pixels.Size(), pixels.Type());
        try
        {
            if (TurboJpeg.Decode(ImageEncoder.Encode(pixels, alpha: null, new ImageOutput(ImageFormat.Jpeg)), read)
                == DecodedJpeg.Whole)
            {
                return;
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw NoJpeg(e);
        }

        throw NoJpeg(inner: null);

        static FaceDeidException NoJpeg(Exception? inner) => new(
            FaceDeidError.ModelUnavailable,
            "The self-test failed: libjpeg-turbo does not read a JPEG. Install it with 'make setup' (Debian's libturbojpeg0).",
            inner);
    }

    /// <summary>PNG is compressed by a library of the system's, too.</summary>
    private void TestPng(Mat pixels)
    {
        try
        {
            using var read = _decoder.Decode(ImageEncoder.Encode(pixels, alpha: null, new ImageOutput(ImageFormat.Png)));
            if (Cv2.Norm(pixels, read.Bgr, NormTypes.INF) == 0)
                return;
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or FaceDeidException)
        {
            throw NoPng(e);
        }

        throw NoPng(inner: null);

        static FaceDeidException NoPng(Exception? inner) => new(
            FaceDeidError.ModelUnavailable,
            "The self-test failed: ISA-L does not write a PNG. Install it with 'make setup' (Debian's libisal2).", inner);
    }

    private void TestAge(Mat bgr, Landmarks68 landmarks)
    {
        if (_ageAndSex.Look(bgr, landmarks).Age is not (> 18 and < 60)) // a face of many grown-ups
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable, "The self-test failed: ages of faces are not told. Run 'make models'.");
        }
    }

    private IReadOnlyList<FoundFace> Test(DetectorKind detector, SearchImage image)
    {
        var faces = _finder.Find(image, new DetectionOptions { Detector = detector });
        return Holds(detector, faces, image)
            ? faces
            : throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The self-test failed: '{detector}' does not find the test face. Run 'make models', and check that the native "
                + "libraries are those of this release.");
    }

    private bool Holds(DetectorKind detector, IReadOnlyList<FoundFace> faces, SearchImage image) =>
        detector == DetectorKind.HaarProfile // a face from the front is none of its own: that it looked is all there is to test
        || (faces.Count == 1
            && _predictor.Predict(image.Gray, faces[0]).Points
                .All(p => p.X >= 0 && p.Y >= 0 && p.X < image.Width && p.Y < image.Height));

    private static byte[] AverageFace()
    {
        using var resource = typeof(SelfTest).Assembly.GetManifestResourceStream("self-test-face.png")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }
}
