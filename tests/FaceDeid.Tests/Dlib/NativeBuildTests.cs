using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using FaceDeid.Dlib;
using Xunit;

namespace FaceDeid.Tests.Dlib;

/// <summary>The C ABI itself, in each of its two builds that this machine can run; the managed side uses one of them.</summary>
public sealed class NativeBuildTests
{
    public static TheoryData<string> Builds =>
        Avx2.IsSupported ? ["libfacedeid_dlib.so", "libfacedeid_dlib_avx2.so"] : ["libfacedeid_dlib.so"];

    [Theory]
    [MemberData(nameof(Builds))]
    public void Boxes_and_points_are_those_of_dlib_for_Python(string build)
    {
        using var library = new NativeDlib(build);
        for (var number = 1; number <= 7; number++)
        {
            var found = library.Detect(DlibReference.Picture(number));
            var expected = DlibReference.Faces(number);

            Assert.Equal(expected.Select(face => face.Box), found.Select(face => face.Face.Box));
            Assert.Equal(expected.SelectMany(face => face.Points), found.SelectMany(face => face.Points));
        }
    }

    [Fact]
    public void The_build_for_this_processor_is_loaded()
    {
        using var detector = FrontalFaceDetector.Create();
        var expected = Avx2.IsSupported ? "/libfacedeid_dlib_avx2.so" : "/libfacedeid_dlib.so";

        Assert.Contains(File.ReadLines("/proc/self/maps"), line => line.EndsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Builds))]
    public void Null_is_an_error_and_not_a_crash(string build)
    {
        using var library = new NativeDlib(build);
        Assert.All(library.CallsWithNull(), status => Assert.Equal((int)DlibError.InvalidArgument, status));
    }

    /// <summary>One build of the library with a detector and a predictor, bound without the managed side.</summary>
    private sealed class NativeDlib : IDisposable
    {
        private readonly nint _library;
        private readonly nint _detector;
        private readonly nint _predictor;

        public NativeDlib(string build)
        {
            _library = NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, build));
            Assert.Equal(0, Bind<Create>("detector_create")(out _detector));
            Assert.Equal(0, Bind<Load>("predictor_load")(DlibReference.PredictorPath, out _predictor));
        }

        private delegate int Create(out nint handle);

        private delegate int Load([MarshalAs(UnmanagedType.LPUTF8Str)] string? path, out nint handle);

        private delegate void Destroy(nint handle);

        private delegate int Run(
            nint detector, byte[]? pixels, int width, int height, int stride, int upsample, double threshold, out int count);

        private delegate int Results(nint detector, [Out] FaceDetection[]? results, int capacity);

        private delegate int Predict(
            nint predictor, byte[]? pixels, int width, int height, int stride, in DlibRectangle face,
            [Out] DlibPoint[]? points, int capacity);

        public IReadOnlyList<(FaceDetection Face, DlibPoint[] Points)> Detect(GrayPicture picture)
        {
            Assert.Equal(0, Bind<Run>("detector_run")(
                _detector, picture.Bytes, picture.Width, picture.Height, picture.Stride, 1, 0, out var count));
            var faces = new FaceDetection[count];
            Assert.Equal(0, Bind<Results>("detector_results")(_detector, faces, count));
            return [.. faces.Select(face => (face, PointsOf(picture, face.Box)))];
        }

        public IEnumerable<int> CallsWithNull()
        {
            var pixel = new byte[1];
            yield return Bind<Run>("detector_run")(0, pixel, 1, 1, 1, 0, 0, out _);
            yield return Bind<Run>("detector_run")(_detector, null, 1, 1, 1, 0, 0, out _);
            yield return Bind<Run>("detector_run")(_detector, pixel, 1, 1, 0, 0, 0, out _);
            yield return Bind<Run>("detector_run")(_detector, pixel, 1, 1, 1, 3, 0, out _);
            yield return Bind<Run>("detector_run")(_detector, pixel, 1, 1, 1, 0, double.NaN, out _);
            yield return Bind<Run>("detector_run")(_detector, pixel, int.MaxValue, 1, int.MaxValue, 0, 0, out _);
            yield return Bind<Results>("detector_results")(0, null, 0);
            yield return Bind<Results>("detector_results")(_detector, null, -1);
            yield return Bind<Load>("predictor_load")(null, out _);
            yield return Bind<Predict>("predictor_predict")(0, pixel, 1, 1, 1, default, new DlibPoint[68], 68);
            yield return Bind<Predict>("predictor_predict")(_predictor, null, 1, 1, 1, default, new DlibPoint[68], 68);
            yield return Bind<Predict>("predictor_predict")(_predictor, pixel, 1, 1, 1, default, null, 68);
            yield return Bind<Predict>("predictor_predict")(_predictor, pixel, 1, 1, 1, default, new DlibPoint[67], 67);
        }

        public void Dispose()
        {
            Bind<Destroy>("detector_destroy")(_detector);
            Bind<Destroy>("predictor_destroy")(_predictor);
            NativeLibrary.Free(_library);
        }

        private DlibPoint[] PointsOf(GrayPicture picture, DlibRectangle face)
        {
            var points = new DlibPoint[68];
            Assert.Equal(0, Bind<Predict>("predictor_predict")(
                _predictor, picture.Bytes, picture.Width, picture.Height, picture.Stride, face, points, points.Length));
            return points;
        }

        private T Bind<T>(string function)
            where T : Delegate =>
            Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(_library, "facedeid_" + function));
    }
}
