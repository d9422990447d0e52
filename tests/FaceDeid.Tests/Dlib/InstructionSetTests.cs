using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using FaceDeid.Dlib;
using Xunit;

namespace FaceDeid.Tests.Dlib;

/// <summary>Our arithmetic against dlib's, in each build that this machine can run.</summary>
public sealed class InstructionSetTests
{
    public static TheoryData<InstructionSet> Sets =>
    [
        InstructionSet.Baseline,
        .. Avx2.IsSupported ? [InstructionSet.Avx2] : Array.Empty<InstructionSet>(),
        .. Avx512F.IsSupported && Avx512BW.VL.IsSupported && Avx512DQ.VL.IsSupported
            ? [InstructionSet.Avx512]
            : Array.Empty<InstructionSet>(),
    ];

    [Theory]
    [MemberData(nameof(Sets))]
    public void Boxes_are_those_of_dlib_for_Python(InstructionSet set)
    {
        using var detector = FrontalFaceDetector.Create(set);
        for (var number = 1; number <= 7; number++)
        {
            Assert.Equal(
                DlibReference.Faces(number).Select(face => face.Box),
                detector.Detect(DlibReference.Picture(number).Pixels).Select(face => face.Box));
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Scores_are_equal_to_the_last_bit_in_every_build(InstructionSet set)
    {
        using var detector = FrontalFaceDetector.Create(set);
        using var best = FrontalFaceDetector.Create();
        for (var number = 1; number <= 7; number++)
        {
            var picture = DlibReference.Picture(number);
            Assert.Equal(
                best.Detect(picture.Pixels, upsample: 1, threshold: -1),
                detector.Detect(picture.Pixels, upsample: 1, threshold: -1));
        }
    }

    [Fact]
    public void An_unknown_instruction_set_is_refused() => Assert.Equal(
        DlibError.InvalidArgument,
        Assert.Throws<DlibException>(() => FrontalFaceDetector.Create((InstructionSet)9).Dispose()).Error);

    [Fact]
    public async Task Pixels_features_and_faces_are_those_of_dlibs_own_code_to_the_last_bit()
    {
        using var comparison = new Process
        {
            StartInfo = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "compare_with_dlib"))
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            },
        };
        comparison.Start();
        await using (var input = comparison.StandardInput.BaseStream)
        {
            foreach (var picture in Enumerable.Range(1, 7).Select(DlibReference.Picture).Concat(Noise()))
            {
                await input.WriteAsync(Encoding.ASCII.GetBytes($"{picture.Width} {picture.Height}\n"));
                await input.WriteAsync(picture.Bytes);
            }
        }

        var report = await comparison.StandardOutput.ReadToEndAsync();
        await comparison.WaitForExitAsync();
        Assert.StartsWith("0 differences", report, StringComparison.Ordinal);
        Assert.Equal(0, comparison.ExitCode);
        Assert.DoesNotContain(" 0 faces", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_is_an_error_and_not_a_crash() =>
        Assert.All(Abi.CallsWithNull(), status => Assert.Equal((int)DlibError.InvalidArgument, status));

    /// <summary>Every gradient there is, in sizes around those where a cell or a level more fits.</summary>
    private static IEnumerable<GrayPicture> Noise()
    {
        var random = new Random(7);
        (int Width, int Height)[] sizes =
            [(1, 1), (20, 20), (27, 19), (28, 44), (63, 64), (81, 80), (97, 131), (128, 96), (203, 77), (640, 480)];
        foreach (var (width, height) in sizes)
        {
            var pixels = new byte[width * height];
            random.NextBytes(pixels);
            yield return new GrayPicture(pixels, width, height, width);
        }

        yield return new GrayPicture(new byte[120 * 120], 120, 120, 120);
    }

    /// <summary>The C ABI, bound without the managed side.</summary>
    private static class Abi
    {
        private delegate int CreateSearch(
            nint detector, byte[]? pixels, int width, int height, int stride, int upsample, double threshold, int smallest,
            out nint search, out int levels);

        private delegate int Scan(nint search, int level);

        private delegate int Finish(nint search, out int count);

        private delegate int Results(nint search, [Out] FaceDetection[]? results, int capacity);

        private delegate int Create(int instructionSet, out nint detector);

        private delegate void Destroy(nint handle);

        private delegate int Load([MarshalAs(UnmanagedType.LPUTF8Str)] string? path, out nint handle);

        private delegate int Predict(
            nint predictor, byte[]? pixels, int width, int height, int stride, in DlibRectangle face,
            [Out] DlibPoint[]? points, int capacity);

        public static IEnumerable<int> CallsWithNull()
        {
            var library = NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, "libfacedeid_dlib.so"));
            var pixel = new byte[1];
            var create = Bind<CreateSearch>("search_create");
            Assert.Equal(0, Bind<Create>("detector_create")(0, out var detector));
            Assert.Equal(0, Bind<Load>("predictor_load")(DlibReference.PredictorPath, out var predictor));
            Assert.Equal(0, create(detector, pixel, 1, 1, 1, 0, 0, 0, out var search, out _));

            yield return create(0, pixel, 1, 1, 1, 0, 0, 0, out _, out _);
            yield return create(detector, null, 1, 1, 1, 0, 0, 0, out _, out _);
            yield return create(detector, pixel, 1, 1, 0, 0, 0, 0, out _, out _);
            yield return create(detector, pixel, 1, 1, 1, 3, 0, 0, out _, out _);
            yield return create(detector, pixel, 1, 1, 1, 0, double.NaN, 0, out _, out _);
            yield return create(detector, pixel, int.MaxValue, 1, int.MaxValue, 0, 0, 0, out _, out _);
            yield return Bind<Scan>("search_scan")(0, 0);
            yield return Bind<Scan>("search_scan")(search, -1);
            yield return Bind<Scan>("search_scan")(search, 1);
            yield return Bind<Finish>("search_finish")(0, out _);
            yield return Bind<Results>("search_results")(0, null, 0);
            yield return Bind<Results>("search_results")(search, null, -1);
            yield return Bind<Load>("predictor_load")(null, out _);
            yield return Bind<Predict>("predictor_predict")(0, pixel, 1, 1, 1, default, new DlibPoint[68], 68);
            yield return Bind<Predict>("predictor_predict")(predictor, null, 1, 1, 1, default, new DlibPoint[68], 68);
            yield return Bind<Predict>("predictor_predict")(predictor, pixel, 1, 1, 1, default, null, 68);
            yield return Bind<Predict>("predictor_predict")(predictor, pixel, 1, 1, 1, default, new DlibPoint[67], 67);

            Bind<Destroy>("search_destroy")(search);
            Bind<Destroy>("detector_destroy")(detector);
            Bind<Destroy>("predictor_destroy")(predictor);

            T Bind<T>(string function)
                where T : Delegate =>
                Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, "facedeid_" + function));
        }
    }
}
