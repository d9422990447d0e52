using FaceDeid.Detection;
using FaceDeid.Models;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Models;

public sealed class SelfTestTests
{
    [Fact]
    public void The_engine_passes_its_self_test() => Engine.SelfTest.Run();

    [Theory]
    [InlineData(DetectorKind.Hog)]
    [InlineData(DetectorKind.Haar)]
    public void A_detector_that_finds_nothing_fails_it_by_name(DetectorKind broken)
    {
        var detectors = Enum.GetValues<DetectorKind>().Select(kind => kind == broken ? new Blind(kind) : Engine.Detector(kind));
        var selfTest = new SelfTest(Engine.Decoder, new FaceFinder(detectors), Engine.Predictor);

        Refusal.Of(ErrorCode.ModelUnavailable, $"'{broken}'", selfTest.Run);
    }

    private sealed class Blind(DetectorKind kind) : IFaceDetector
    {
        public DetectorKind Kind => kind;

        public int MaxSide => 1000;

        public IReadOnlyList<RawDetection> Detect(Mat gray, DetectionOptions options) => [];
    }
}
