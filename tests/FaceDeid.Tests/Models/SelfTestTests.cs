using FaceDeid.Faces.Detection;
using Xunit;

namespace FaceDeid.Tests.Models;

public sealed class SelfTestTests
{
    [Fact]
    public void The_engine_passes_its_self_test() => Engine.SelfTest.Run();

    [Theory]
    [InlineData(DetectorKind.Hog)]
    [InlineData(DetectorKind.Haar)]
    [InlineData(DetectorKind.UltraFace)]
    public void A_detector_that_finds_nothing_fails_it_by_name(DetectorKind broken)
    {
        var detectors = Engine.Detectors.Select(detector => detector.Kind == broken ? new Blind(broken) : detector);
        var selfTest = new SelfTest(
            Engine.Decoder, new FaceFinder(detectors, Engine.SecondLook, Engine.Gate), Engine.Predictor, Engine.AgeAndSex,
            Engine.Deidentifier, Engine.CollectionParts, Engine.Gate);

        Refusal.Of(FaceDeidError.ModelUnavailable, $"'{broken}'", selfTest.Run);
    }

    private sealed class Blind(DetectorKind kind) : IFaceDetector
    {
        public DetectorKind Kind => kind;

        public int MaxSide => 1000;

        public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options) => [];
    }
}
