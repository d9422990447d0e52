using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Recognition;
using FaceDeid.Geometry;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Subjects;
using FaceDeid.Sealing;
using FaceDeid.Sealing.Keys;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

/// <summary>Whatever a viewer shows of a transparent picture is looked at, and treated where a face is.</summary>
public sealed class TransparencyTests
{
    private const string Example = "faces/Tom_Cruise_avp_2014_4.jpg";

    private static readonly ImageOutput Png = new(ImageFormat.Png);
    private static readonly Picture Photo = Picture.Decode(File.ReadAllBytes(TestFiles.Example(Example))).Rgb;

    public static TheoryData<Drawing, DeidentificationMethod> Cases()
    {
        var cases = new TheoryData<Drawing, DeidentificationMethod>();
        foreach (var drawing in Enum.GetValues<Drawing>())
        {
            foreach (var method in Enum.GetValues<DeidentificationMethod>()
                .Where(method => method != DeidentificationMethod.Scramble))
                cases.Add(drawing, method);
        }

        return cases;
    }

    /// <summary>How a photo is in a picture.</summary>
    public enum Drawing
    {
        /// <summary>As colours, and once more as opacity.</summary>
        Both,

        /// <summary>As opacity of black: seen on every page that is not black.</summary>
        Ink,

        /// <summary>As opacity of white.</summary>
        Chalk,

        /// <summary>As dots, opaque or not, of black.</summary>
        Dots,

        /// <summary>As opacity that hardly differs from opaque, with a colour of its own.</summary>
        Faint,
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task No_viewer_shows_a_treated_face(Drawing drawing, DeidentificationMethod method)
    {
        using var scene = Scene.Of(Example);
        using var before = Engine.Decoder.Decode(Drawn(drawing));
        var options = new DeidentificationOptions { Method = method, AllowWeak = true };

        var result = await Run(Drawn(drawing), options);

        Assert.NotEmpty(result.Report.Faces);
        Assert.All(result.Report.Faces, face => Assert.True(face.Treated));
        var isWeak = Strengths.IsWeakAtAny(method) && drawing == Drawing.Both;
        using var after = Engine.Decoder.Decode(result.Picture);
        foreach (var person in scene.Subjects)
        {
            AssertChanged(before.Alpha!, after.Alpha!, person);
            foreach (var appearance in before.Appearances())
            {
                using var seen = before.ToLook(appearance);
                using var shown = after.ToLook(appearance);
                var original = Engine.Embedder.Embed(seen, person.Landmarks);
                if (!isWeak && original.SimilarityTo(person.Embedding!) >= PersonMatch.StillRecognised)
                {
                    Assert.True(
                        original.SimilarityTo(Engine.Embedder.Embed(shown, person.Landmarks)) < PersonMatch.Surely,
                        $"{appearance}");
                }
            }
        }
    }

    [Fact]
    public async Task A_face_drawn_by_opacity_is_blurred_where_no_other_face_can_be_put()
    {
        var replaced = await Run(Drawn(Drawing.Ink), new());
        Assert.All(replaced.Report.Faces, face =>
            Assert.Equal((DeidentificationMethod.Blur, FallbackReason.Transparency), (face.Method, face.Fallback)));

        var masked = await Run(Drawn(Drawing.Ink), new() { Method = DeidentificationMethod.Mask });
        Assert.All(masked.Report.Faces, face => Assert.Null(face.Fallback));
    }

    [Fact]
    public async Task The_faces_of_opacity_stand_beside_those_of_colours()
    {
        // Somebody in colours at the left, somebody else as opacity of black at the right.
        var file = Picture.Of(2 * Photo.Width, Photo.Height, 4, (x, y, band) => (x < Photo.Width, band) switch
        {
            (true, 3) => 255,
            (true, _) => Photo[x, y, band],
            (false, 3) => 255 - Photo[x - Photo.Width, y, 1],
            _ => 0,
        }).Png();

        var found = (await Engine.FacePipeline.LandmarksAsync(file, new(), CancellationToken.None)).Faces;

        Assert.Equal([1, 2], found.Select(face => face.Face.Id));
        Assert.Equal([Appearance.Colours, Appearance.OnWhite], found.Select(face => face.Face.Seen));
        Assert.True(found[0].Landmarks.DistanceTo([.. found[1].Landmarks.ToComplex().Select(p => p - Photo.Width)]) < 0.2);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(255, true)]
    public void A_large_picture_is_looked_at_more_than_once_only_where_it_is_transparent_and_then_refused(
        int opacity, bool isTaken)
    {
        using var colours = new Mat(6330, 6330, MatType.CV_8UC3, Scalar.Black);
        using var alpha = new Mat(colours.Size(), MatType.CV_8UC1, new Scalar(opacity));
        using var picture = new UprightImage(colours, alpha);

        var refusal = Record.Exception(() => new PictureViews(picture).Dispose()) as FaceDeidException;

        Assert.Equal(isTaken ? null : FaceDeidError.TooManyPixels, refusal?.Code);
    }

    [Fact]
    public async Task Who_is_drawn_over_somebody_who_may_stay_is_protected()
    {
        var other = File.ReadAllBytes(TestFiles.Example("johns/John_Simm/000288_00470387.jpg"));
        using var scene = Scene.Of(Example);
        using var overlaid = Scene.Of(other);
        // Brought over the face in colours, as opacity; dark, so that the colours show through.
        var toOther = SimilarityTransform.Between(scene.Main.Landmarks.FivePoints(), overlaid.Main.Landmarks.FivePoints());
        var file = WithOpacity((x, y) =>
        {
            var at = toOther.Apply(new System.Numerics.Complex(x, y));
            var (column, row) = ((int)at.Real, (int)at.Imaginary);
            return column >= 0 && row >= 0 && column < overlaid.Gray.Width && row < overlaid.Gray.Height
                ? overlaid.Gray.At<byte>(row, column)
                : 200;
        }).Png();
        byte[] keep = File.ReadAllBytes(TestFiles.Example(Example));

        var result = await Run(file, new() { Keep = [keep] });

        Assert.Contains(result.Report.Faces, face => face.Treated);
        using var before = Engine.Decoder.Decode(file);
        using var after = Engine.Decoder.Decode(result.Picture);
        AssertChanged(before.Alpha!, after.Alpha!, scene.Main);
    }

    [Fact]
    public async Task Who_may_stay_stays_in_every_appearance()
    {
        // Half-clear above a diagonal through the picture.
        var file = WithOpacity((x, y) => (x / 8 * 8) + y > 500 ? 255 : 90).Png();

        var result = await Run(file, new() { Keep = [File.ReadAllBytes(TestFiles.Example(Example))] });

        Assert.All(result.Report.Faces, face => Assert.False(face.Treated));
    }

    [Fact]
    public async Task What_is_opaque_or_clear_all_over_a_face_stays_so()
    {
        using var scene = Scene.Of(Example);
        var file = WithOpacity((x, _) => x < 20 ? 0 : 255).Png(); // beside the face

        using var after = Engine.Decoder.Decode((await Run(file, new())).Picture);
        using var before = Engine.Decoder.Decode(file);
        Scene.AssertSame(before.Alpha!, after.Alpha!);
    }

    [Theory]
    [InlineData(DeidentificationMethod.Replace)]
    [InlineData(DeidentificationMethod.Eyebar)]
    public async Task Colours_that_were_hidden_stay_so_at_the_edge_of_a_cut_out(DeidentificationMethod method)
    {
        using var scene = Scene.Of(Example);
        var box = scene.Main.Box;
        var edge = box.X + (box.Width * 3 / 4); // clear from here on, over a colour that is nowhere else
        var file = Picture.Of(Photo.Width, Photo.Height, 4, (x, y, band) => (x < edge, band) switch
        {
            (_, 3) => x < edge ? 255 : 0,
            (true, _) => Photo[x, y, band],
            (false, 1) => 255,
            _ => 0,
        }).Png();

        using var after = Engine.Decoder.Decode((await Run(
            file, new() { Method = method, AllowWeak = true, Faces = [new EditedFace(null, box, null)] })).Picture);

        for (var y = 0; y < Photo.Height; y++)
        {
            for (var x = edge + 3; x < Photo.Width; x++)
            {
                var colour = after.Bgr.At<Vec3b>(y, x);
                Assert.True(after.Alpha!.At<byte>(y, x) == 0 || colour.Item1 < 200, $"{x}, {y}");
            }
        }
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Jpeg)]
    public async Task Sealed_opacity_comes_back(ImageFormat format)
    {
        using var key = new SymmetricKey(new byte[DataKey.Length], "k");
        var file = Drawn(Drawing.Both);
        var seal = await Engine.Seals.SealAsync(
            file, new(),
            new SealOptions([new Recipient(key, Faces: null)], new ImageOutput(format), Sidecar: false), CancellationToken.None);

        var restored = await Engine.Seals.RestoreAsync(
            seal.Picture, sidecar: null, new OpenOptions([key]), Png, CancellationToken.None);

        using var original = Engine.Decoder.Decode(file);
        using var shown = Engine.Decoder.Decode(seal.Picture);
        using var back = Engine.Decoder.Decode(restored.Picture);
        using var expected = format == ImageFormat.Jpeg ? original.ToLook(Appearance.OnWhite) : original.ToVisible();
        var box = seal.Report.Faces[0].Box;
        var inner = new Rect(box.X + (box.Width / 4), box.Y + (box.Height / 3), box.Width / 2, box.Height / 2);
        Assert.NotEqual(0, Differs(expected, shown.Bgr));
        Assert.InRange(Differs(expected, back.Bgr), 0, format == ImageFormat.Png ? 0 : 4); // what did not change is not sealed
        if (format == ImageFormat.Jpeg)
        {
            Assert.Null(back.Alpha);
            return;
        }

        Assert.NotEqual(0, Differs(original.Alpha!, shown.Alpha!));
        Assert.Equal(0, Differs(original.Alpha!, back.Alpha!));

        double Differs(Mat a, Mat b)
        {
            using var first = a.SubMat(inner);
            using var second = b.SubMat(inner);
            return Cv2.Norm(first, second, NormTypes.INF);
        }
    }

    private static Task<DeidentificationResult> Run(byte[] file, DeidentificationOptions options) =>
        Engine.Pipeline.DeidentifyAsync(file, options, Png, CancellationToken.None);

    private static byte[] Drawn(Drawing drawing)
    {
        return (drawing switch
        {
            Drawing.Both => WithOpacity((x, y) => Light(x, y)),
            Drawing.Ink => Of(0, (x, y) => 255 - Light(x, y)),
            Drawing.Chalk => Of(255, Light),
            Drawing.Dots => Of(0, Dots(Light)),
            _ => Of(130, (x, y) => 231 + (Light(x, y) / 11)),
        }).Png();

        static Picture Of(int colour, Func<int, int, int> opacity) => Picture.Of(
            Photo.Width, Photo.Height, 4, (x, y, band) => band == 3 ? opacity(x, y) : colour);
        static int Light(int x, int y) => ((3 * Photo[x, y, 0]) + (6 * Photo[x, y, 1]) + Photo[x, y, 2]) / 10;
    }

    // By the error diffusion of Floyd and Steinberg (1976).
    private static Func<int, int, int> Dots(Func<int, int, int> light)
    {
        var (width, height) = (Photo.Width, Photo.Height);
        var values = new double[height + 1, width + 2];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var value = values[y, x + 1] + light(x, y);
                var error = value - (value < 128 ? 0 : 255);
                values[y, x + 1] = value < 128 ? 255 : 0;
                values[y, x + 2] += error * 7 / 16;
                values[y + 1, x] += error * 3 / 16;
                values[y + 1, x + 1] += error * 5 / 16;
                values[y + 1, x + 2] += error / 16;
            }
        }

        return (x, y) => (int)values[y, x + 1];
    }

    private static Picture WithOpacity(Func<int, int, int> opacity) => Picture.Of(
        Photo.Width, Photo.Height, 4, (x, y, band) => band == 3 ? opacity(x, y) : Photo[x, y, band]);

    // From the brows to the mouth nothing of what was drawn is left: neighbours are alike.
    private static void AssertChanged(Mat before, Mat after, Subject person)
    {
        var core = Cv2.BoundingRect(person.Landmarks.Points.Skip(17).Select(p => new Point(p.X, p.Y)));
        using var drawn = before.SubMat(core);
        using var left = after.SubMat(core);
        Assert.True(Detail(left) < 0.25 * Detail(drawn), $"{Detail(left)} of {Detail(drawn)}");

        static double Detail(Mat opacity)
        {
            using var fine = opacity.Laplacian(MatType.CV_32F);
            return Cv2.Norm(fine, NormTypes.L1);
        }
    }
}
