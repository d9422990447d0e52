using System.Runtime.InteropServices;
using System.Text;
using FaceDeid.Models;
using FaceDeid.TestData;
using OpenCvSharp;
using OpenCvSharp.Dnn;
using Xunit;

namespace FaceDeid.Tests.Models;

/// <summary>The networks on ONNX Runtime, beside OpenCV's dnn as an independent reader of the same files.</summary>
public sealed partial class NetworkTests
{
    [Theory]
    [InlineData("fr_feature.onnx", 3, 112, 112, 1e-3)]
    [InlineData("fr_expression.onnx", 3, 224, 224, 1e-3)]
    [InlineData("fr_landmark.onnx", 1, 64, 64, 1e-4)]
    [InlineData("fr_detect.onnx", 3, 320, 240, 1e-4)]
    public void It_says_what_OpenCV_says(string file, int channels, int width, int height, double tolerance)
    {
        var path = Path.Combine(Engine.ModelsDirectory, "cache", file);
        using var picture = Example(channels, new Size(width, height));
        using var network = new Network(path);
        using var reader = CvDnn.ReadNetFromOnnx(path)!;
        using var blob = CvDnn.BlobFromImage(picture, 1 / 128.0, picture.Size(), Scalar.All(127), swapRB: true, crop: false);
        reader.SetInput(blob);
        using var expected = reader.Forward(channels == 3 && width == 320 ? "scores" : string.Empty);
        using var row = expected.Reshape(1, 1);
        row.GetArray(out float[] values);

        using var input = new NetworkInput(1, channels, picture.Size()).Put(0, picture, 1 / 128.0, 127);
        using var answer = network.Run(input);

        Assert.Equal(values.Length, answer[0].Length);
        for (var i = 0; i < values.Length; i++)
            Assert.Equal(values[i], answer[0][i], tolerance * Math.Max(1, Math.Abs(values[i])));
    }

    [Fact]
    public void Pictures_of_any_size_and_number_are_looked_at_as_one_of_the_files_size_is()
    {
        using var small = Example(3, new Size(320, 240));
        using var black = new Mat(small.Size(), MatType.CV_8UC3, Scalar.Black);
        using var path = new Network(Path.Combine(Engine.ModelsDirectory, "cache", "fr_detect.onnx"));
        using var input = new NetworkInput(1, 3, small.Size()).Put(0, small, 1 / 128.0, 127);
        using var answer = path.Run(input);
        var (scores, boxes) = (answer[0].ToArray(), answer[1].ToArray());
        var expected = Enumerable.Range(0, scores.Length / 2).Where(i => scores[(2 * i) + 1] > 0.5)
            .Select(i => new Rect2d(
                boxes[4 * i] * 320, boxes[(4 * i) + 1] * 240,
                (boxes[(4 * i) + 2] - boxes[4 * i]) * 320, (boxes[(4 * i) + 3] - boxes[(4 * i) + 1]) * 240)).ToList();
        Assert.NotEmpty(expected);

        var both = Engine.UltraFace.Look([black, small], 0.5);

        Assert.Empty(both[0]);
        AssertSame(expected, both[1]);
        AssertSame(expected, Engine.UltraFace.Look([small], 0.5)[0]);
        var all = Rounded(Engine.UltraFace.Look([small], 0.5));
        var few = Rounded(Engine.UltraFace.Look([small], 0.5, largest: 32));
        Assert.ProperSubset(all, few);
        Assert.Equal(all.Where(face => face.Box.Width < 14), few.Where(face => face.Box.Width < 14));

        // Room at the right and below moves nothing.
        using var wide = small.CopyMakeBorder(0, 16, 0, 128, BorderTypes.Constant, new Scalar(127, 127, 127));
        var found = Engine.UltraFace.Look([wide], 0.9)[0];
        Assert.All(found, face => Assert.Contains(expected, box => Math.Abs(box.X - face.Box.X) < 8));

        static HashSet<(Rect2d Box, double Score)> Rounded(IReadOnlyList<IReadOnlyList<(Rect2d Box, double Score)>> faces) =>
            [.. faces[0].Select(face => (face.Box, Math.Round(face.Score, 4)))];

        static void AssertSame(List<Rect2d> expected, IReadOnlyList<(Rect2d Box, double Score)> found)
        {
            Assert.Equal(expected.Count, found.Count);
            foreach (var (box, face) in expected.Zip(found))
            {
                Assert.Equal(box.X, face.Box.X, 0.05);
                Assert.Equal(box.Y, face.Box.Y, 0.05);
                Assert.Equal(box.Width, face.Box.Width, 0.05);
                Assert.Equal(box.Height, face.Box.Height, 0.05);
            }
        }
    }

    [Fact]
    public void Sixteen_threads_share_a_network_and_get_the_bits_of_one()
    {
        using var picture = Example(3, new Size(500, 375));
        var alone = Engine.UltraFace.Look([picture], 0.1)[0];
        var together = new IReadOnlyList<(Rect2d, double)>[16];

        var threads = Enumerable.Range(0, together.Length)
            .Select(i => new Thread(() => together[i] = Engine.UltraFace.Look([picture], 0.1)[0])).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        Assert.NotEmpty(alone);
        Assert.All(together, found => Assert.Equal(alone, found));
    }

    // That it says the same as before is what OpenCV says above.
    [Fact]
    public void PReLU_is_taken_apart_where_no_slope_is_above_one()
    {
        var model = File.ReadAllBytes(Path.Combine(Engine.ModelsDirectory, "cache", "fr_feature.onnx"));

        Assert.Equal((33, 1), (Count(model), Count(OnnxFile.WithoutPRelu(model))));

        // An operator's name, with its tag and length.
        static int Count(byte[] model) => Encoding.Latin1.GetString(model).Split("\"\u0005PRelu").Length - 1;
    }

    // PrivacyTests look for the files that it would write.
    [Fact]
    public void The_runtime_is_told_to_report_nothing_to_its_maker()
    {
        _ = Engine.UltraFace;

        Assert.Equal("1", Marshal.PtrToStringUTF8(GetEnvironment("ORT_DISABLE_TELEMETRY")));
    }

    [Fact]
    public void What_a_file_does_not_compute_is_refused()
    {
        var file = Path.Combine(Engine.ModelsDirectory, "cache", "fr_detect.onnx");

        Refusal.Of(FaceDeidError.ModelUnavailable, file, () => Network.OfAnySize(file, "no such output").Dispose());
        var model = File.ReadAllBytes(file);
        Assert.Throws<InvalidDataException>(() => OnnxFile.OfAnySize(model[..(model.Length / 2)], ["scores"]));
    }

    [Fact]
    public void Pictures_of_another_size_are_not_put_beside_each_other()
    {
        using var input = new NetworkInput(2, 3, new Size(8, 8));
        using var gray = new Mat(8, 8, MatType.CV_8UC1, Scalar.Black);
        using var large = new Mat(9, 8, MatType.CV_8UC3, Scalar.Black);

        Assert.Throws<ArgumentException>(() => input.Put(0, gray, 1, 0));
        Assert.Throws<ArgumentException>(() => input.Put(1, large, 1, 0));
    }

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironment(string name);

    private static Mat Example(int channels, Size size)
    {
        using var picture = Engine.Decoder.Decode(File.ReadAllBytes(TestFiles.Example("faces/2008_002470.jpg")));
        using var sized = picture.Bgr.Resize(size, 0, 0, InterpolationFlags.Area);
        return channels == 3 ? sized.Clone() : sized.CvtColor(ColorConversionCodes.BGR2GRAY);
    }
}
