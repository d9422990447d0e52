using FaceDeid.Geometry;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

public sealed class GivenFacesTests
{
    private static readonly byte[] Face = File.ReadAllBytes(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"));
    private static readonly Box Found = new(100, 100, 80, 100);

    /// <summary>Outlines as large as the box around them, of which hardly a pixel is inside.</summary>
    public static TheoryData<string> Hollow => ["corner", "zigzag", "there and back", "crescent", "half"];

    [Fact]
    public void A_region_that_holds_nine_tenths_of_a_face_covers_it()
    {
        Assert.True(GivenFaces.Covers(new EditedFace(null, Found, null), Found));
        Assert.True(GivenFaces.Covers(new EditedFace(null, Found with { X = 108, Y = 95 }, null), Found));
        Assert.True(GivenFaces.Covers(Polygon(Corners(Found)), Found));
        Assert.True(GivenFaces.Covers(Polygon([.. Corners(Found).Reverse()]), Found));
        Assert.True(GivenFaces.Covers(Polygon(Corners(new Box(106, 100, 74, 100))), Found));
        Assert.False(GivenFaces.Covers(Polygon(Corners(new Box(116, 100, 64, 100))), Found));
        Assert.False(GivenFaces.Covers(new EditedFace(null, new Box(150, 100, 80, 100), null), Found));
        Assert.False(GivenFaces.Covers(new EditedFace(null, new Box(0, 0, 1000, 1000), null), Found)); // somebody much larger
    }

    [Theory]
    [MemberData(nameof(Hollow))]
    public async Task A_hollow_outline_hides_no_face_from_the_search(string kind)
    {
        var found = Assert.Single((await Engine.FacePipeline.DetectAsync(Face, new(), CancellationToken.None)).Faces).Box;
        var outline = Outline(kind, found);
        Assert.False(GivenFaces.Covers(Polygon(outline), found));

        var result = await Engine.Pipeline.DeidentifyAsync(
            Face,
            new()
            {
                Method = DeidentificationMethod.Mask,
                Color = new RgbColor(255, 0, 255),
                Faces = [Polygon(outline)],
                Redetect = true,
            },
            new ImageOutput(ImageFormat.Png), CancellationToken.None);

        Assert.Equal(2, result.Report.Faces.Count);
        using var after = Engine.Decoder.Decode(result.Picture);
        Assert.Equal(new Vec3b(255, 0, 255), after.Bgr.At<Vec3b>(found.Y + (found.Height / 2), found.X + (found.Width / 2)));
    }

    [Theory]
    [InlineData("beside", false)]
    [InlineData("around a corner", false)]
    [InlineData("through", true)]
    [InlineData("around all", true)]
    public async Task An_outline_without_a_pixel_of_the_picture_is_refused(string kind, bool hasPixels)
    {
        var size = Engine.Decoder.Inspect(Face).Size;
        var (width, height) = (size.Width, size.Height);
        PixelPoint[] outline = kind switch
        {
            "beside" => [new(width, 0), new(width + 50, 0), new(width + 50, height)],
            // Its box reaches into the picture.
            "around a corner" => [new(-100, 30), new(-100, -100), new(30, -100), new(-60, -60)],
            "through" => [new(-50, height / 2), new(width + 50, height / 2), new(width + 50, (height / 2) + 1)],
            _ => [new(-10, -10), new(width + 10, -10), new(width + 10, height + 10), new(-10, height + 10)],
        };

        Assert.Equal(hasPixels, GivenFaces.IsIn(new Size(width, height), Polygon(outline)));
        if (hasPixels)
        {
            Assert.True(Assert.Single((await RunAsync()).Report.Faces).Treated);
        }
        else
        {
            var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => RunAsync());
            Assert.Contains("lies outside", Assert.Single(refusal.Options!).Value, StringComparison.Ordinal);
        }

        Task<DeidentificationResult> RunAsync() => Engine.Pipeline.DeidentifyAsync(
            Face, new() { Method = DeidentificationMethod.Mask, Faces = [Polygon(outline)] },
            output: null, CancellationToken.None);
    }

    [Fact]
    public void Of_a_box_whose_ellipse_misses_the_picture_the_corner_that_is_in_it_is_covered()
    {
        var picture = new Size(300, 200);
        using var region = ProtectedRegion.Create(Scene.Unknown(new Box(299, 199, 1000, 1000)), picture, RegionShape.Ellipse);
        using var mask = Scene.MaskOf(region, picture);
        Assert.Equal(255, mask.At<byte>(199, 299));

        Assert.False(GivenFaces.IsIn(picture, new EditedFace(null, new Box(-60, -60, 60, 60), null)));
        Assert.False(GivenFaces.IsIn(picture, new EditedFace(null, new Box(320, 50, 30, 30), null)));
    }

    private static EditedFace Polygon(PixelPoint[] corners) => new(null, null, corners);

    private static PixelPoint[] Corners(Box box) =>
    [
        new(box.X, box.Y), new(box.X + box.Width, box.Y), new(box.X + box.Width, box.Y + box.Height),
        new(box.X, box.Y + box.Height),
    ];

    private static PixelPoint[] Outline(string kind, Box box)
    {
        var (left, top, right, bottom) = (box.X, box.Y, box.X + box.Width, box.Y + box.Height);
        return kind switch
        {
            "corner" =>
            [
                new(left, top), new(left + 2, top), new(left + 2, bottom - 2), new(right, bottom - 2), new(right, bottom),
                new(left, bottom),
            ],
            "zigzag" =>
            [
                .. Enumerable.Range(0, 60).Select(i => new PixelPoint(i % 2 == 0 ? left : right, top + (i * box.Height / 59))),
                .. Enumerable.Range(0, 60).Reverse()
                    .Select(i => new PixelPoint(i % 2 == 0 ? left : right, top + (i * box.Height / 59))),
            ],
            "there and back" => [new(left, top), new(right, bottom), new(right, top), new(right, bottom)],
            "crescent" => [new(left, top), new(right, top), new(right, bottom), new(right - 3, top + 4), new(left, top + 4)],
            _ => [new(left, top), new(right, top), new(right, top + (box.Height / 2)), new(left, top + (box.Height / 2))],
        };
    }
}
