using System.Net;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>A face that only opacity shows is found and treated, in every format that has opacity.</summary>
public sealed class TransparentPictureTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("tiff")]
    [InlineData("avif")]
    [InlineData("heic")]
    [InlineData("jpegXl")]
    public async Task Ink_on_nothing_is_treated(string format)
    {
        var ink = Pictures.In(format, Ink(Pictures.WholeFace));

        using var response = await service.PostAsync(
            Deidentified.Path, Requests.Image(ink), ("method", "mask"), ("format", "multipart"));

        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        var result = await Deidentified.ReadAsync(response);
        var face = Assert.Single(result.Faces);
        Assert.Null(face["fallback"]);
        using var after = Image.NewFromBuffer(result.Picture);
        var box = Deidentified.Box(face);
        using var inner = after[after.Bands - 1]
            .Crop(box.X + (box.Width / 4), box.Y + (box.Height / 4), box.Width / 2, box.Height / 2);
        Assert.Equal((255, 255), (inner.Min(), inner.Max()));
    }

    [Fact]
    public async Task As_a_JPEG_it_is_treated_on_white()
    {
        using var response = await service.PostAsync(
            Deidentified.Path, Requests.Image(Ink(Pictures.WholeFace)), ("format", "jpeg"), ("method", "blur"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        using var before = Pictures.Decode(Pictures.WholeFace);
        using var after = Pictures.Decode(await response.Content.ReadAsByteArrayAsync());
        Assert.True(Detail(after) < 0.4 * Detail(before), $"{Detail(after)} of {Detail(before)}");

        static double Detail(Mat picture)
        {
            using var middle = picture.SubMat(50, 100, 50, 100);
            using var fine = middle.Laplacian(MatType.CV_32F);
            return Cv2.Norm(fine, NormTypes.L1);
        }
    }

    [Theory]
    [InlineData("/v1/detect")]
    [InlineData("/v1/landmarks")]
    public async Task It_is_found(string path)
    {
        using var response = await service.PostAsync(path, Requests.Image(Ink(Pictures.WholeFace)));
        Assert.Single((await response.JsonAsync())["faces"]!.AsArray());
    }

    private static byte[] Ink(byte[] photo) => Pictures.Rewritten(photo, ".png", image =>
    {
        using var gray = image.Colourspace(Enums.Interpretation.Bw);
        using var black = (image * 0).Cast(Enums.BandFormat.Uchar);
        using var whole = black.Bandjoin(gray.Invert());
        return whole.Copy(interpretation: Enums.Interpretation.Srgb);
    });
}
