using System.Security.Cryptography;
using FaceDeid.Imaging;
using FaceDeid.Protection.Subjects;
using FaceDeid.Sealing;
using FaceDeid.Sealing.Keys;
using FaceDeid.TestData;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Sealing;

/// <summary>Sealing and restoring as a whole.</summary>
public sealed class SealPipelineTests
{
    private static readonly DeidentificationMethod[] Methods =
        [DeidentificationMethod.Mask, DeidentificationMethod.Blur, DeidentificationMethod.Pixelate];

    [Fact]
    public async Task Five_hundred_random_pictures_restore_to_the_last_bit_with_their_keys_and_with_no_other()
    {
        var random = new Random(6);
        using var stranger = Key();
        for (var i = 0; i < 500; i++)
        {
            var picture = Random(random);
            using var key = Key();
            var options = new DeidentificationOptions
            {
                Method = Methods[i % Methods.Length],
                Verify = false,
                Faces = Faces(random, picture),
            };
            var isSidecar = random.Next(2) == 0;

            var closed = await Engine.Seals.SealAsync(
                picture.Png(), options, new SealOptions([new Recipient(key)], Png, isSidecar), default);
            var sidecar = isSidecar ? closed.Seal : null;
            var restored = await Engine.Seals.RestoreAsync(closed.Picture, sidecar, new OpenOptions([key]), Png, default);

            Assert.NotEmpty(closed.Sealed);
            Assert.NotEqual(picture.Bytes, Picture.Raw(closed.Picture).Bytes);
            Assert.Equal(picture.Bytes, Picture.Raw(restored.Picture).Bytes);
            var refused = await Assert.ThrowsAsync<FaceDeidException>(
                () => Engine.Seals.RestoreAsync(closed.Picture, sidecar, new OpenOptions([stranger]), Png, default));
            Assert.Equal(FaceDeidError.WrongKey, refused.Code);
        }
    }

    [Fact]
    public async Task A_flipped_bit_of_any_public_pixel_or_of_the_seals_bytes_is_refused()
    {
        var random = new Random(8);
        var picture = Random(random);
        using var key = Key();
        var options =
            new DeidentificationOptions { Method = DeidentificationMethod.Mask, Verify = false, Faces = Faces(random, picture) };
        var closed = await Engine.Seals.SealAsync(
            picture.Png(), options, new SealOptions([new Recipient(key)], Png, Sidecar: true), default);
        var shown = Picture.Raw(closed.Picture);

        for (var i = 0; i < 200; i++)
        {
            var bytes = shown.Bytes.ToArray();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            await AssertRefusedAsync(FaceDeidError.SidecarMismatch, (shown with { Bytes = bytes }).Png(), closed.Seal!);
            var seal = closed.Seal!.ToArray();
            seal[random.Next(seal.Length)] ^= (byte)(1 << random.Next(8));
            await AssertRefusedAsync(FaceDeidError.SealTampered, closed.Picture, seal);
        }

        async Task AssertRefusedAsync(FaceDeidError code, byte[] image, byte[] seal) => Assert.Equal(
            code, (await Assert.ThrowsAsync<FaceDeidException>(() =>
                Engine.Seals.RestoreAsync(image, seal, new OpenOptions([key]), Png, default))).Code);
    }

    [Theory]
    [InlineData("faces/2007_007763.jpg", DeidentificationMethod.Replace)]
    [InlineData("faces/2009_004587.jpg", DeidentificationMethod.Mask)]
    [InlineData("johns/John_Savage/000264_01099001.jpg", DeidentificationMethod.Blur)]
    public async Task A_seal_takes_no_more_than_its_regions_as_PNG_and_a_kilobyte_a_face(
        string example, DeidentificationMethod method)
    {
        var file = await File.ReadAllBytesAsync(TestFiles.Example(example));
        using var key = Key();

        var closed = await Engine.Seals.SealAsync(
            file, new DeidentificationOptions { Method = method, Verify = false },
            new SealOptions([new Recipient(key)], Png, Sidecar: true), default);

        using var original = Image.NewFromBuffer(file);
        var regions = SealFormat.Read(closed.Seal!)!.Faces.Select(face => face.Region).Select(region =>
        {
            using var part = original.Crop(region.X, region.Y, region.Width, region.Height);
            return part.PngsaveBuffer().Length;
        }).ToList();
        Assert.NotEmpty(regions);
        Assert.InRange(closed.Seal!.Length, 1, regions.Sum() + (1024 * regions.Count));
    }

    [Fact]
    public async Task A_picture_with_transparency_restores_with_its_opacity()
    {
        var picture = Picture.Of(120, 90, 4, (x, y, band) => band == 3 ? 40 + x : (x * y * (band + 3)) % 251);
        using var key = Key();
        var options = new DeidentificationOptions
        {
            Method = DeidentificationMethod.Mask,
            Verify = false,
            Faces = [new EditedFace(null, new Box(30, 20, 40, 50), null)],
        };

        var closed = await Engine.Seals.SealAsync(
            picture.Png(), options, new SealOptions([new Recipient(key)], Png, Sidecar: false), default);
        var restored = await Engine.Seals.RestoreAsync(closed.Picture, sidecar: null, new OpenOptions([key]), Png, default);

        Assert.Equal(picture.Bytes, Picture.Raw(restored.Picture).Bytes);
    }

    [Theory]
    [InlineData(DeidentificationMethod.Mask)]
    [InlineData(DeidentificationMethod.Scramble)]
    public async Task A_picture_of_little_contrast_restores_as_it_came_not_as_it_is_looked_at(DeidentificationMethod method)
    {
        var picture = Picture.Of(120, 90, 3, (x, y, band) => 100 + ((x * y * (band + 3)) % 40));
        using var key = Key();
        var options = new DeidentificationOptions
        {
            Method = method,
            Verify = false,
            Faces = [new EditedFace(null, new Box(30, 20, 40, 50), null)],
        };
        var seal = new SealOptions([new Recipient(key)], Png, Sidecar: false);

        var closed = await (method == DeidentificationMethod.Scramble
            ? Engine.Seals.ScrambleAsync(picture.Png(), options, seal, default)
            : Engine.Seals.SealAsync(picture.Png(), options, seal, default));
        var restored = await Engine.Seals.RestoreAsync(closed.Picture, sidecar: null, new OpenOptions([key]), Png, default);

        Assert.NotEqual(picture.Bytes, Picture.Raw(closed.Picture).Bytes);
        Assert.Equal(picture.Bytes, Picture.Raw(restored.Picture).Bytes);
    }

    // In the group heads overlap: each pixel is one face's, and together they are all that was changed.
    [Theory]
    [InlineData("faces/2007_007763.jpg", DeidentificationMethod.Mask)]
    [InlineData("faces/2007_007763.jpg", DeidentificationMethod.Blur)]
    [InlineData("faces/2009_004587.jpg", DeidentificationMethod.Scramble)]
    public async Task Whole_heads_come_back_to_the_last_bit(string example, DeidentificationMethod method)
    {
        var file = await File.ReadAllBytesAsync(TestFiles.Example(example));
        var picture = Picture.Raw(file);
        using var key = Key();
        var options = new DeidentificationOptions { Method = method, Region = RegionShape.Head };
        var seal = new SealOptions([new Recipient(key)], Png, Sidecar: true);

        var closed = await (method == DeidentificationMethod.Scramble
            ? Engine.Seals.ScrambleAsync(picture.Png(), options, seal, default)
            : Engine.Seals.SealAsync(picture.Png(), options, seal, default));
        var restored = await Engine.Seals.RestoreAsync(closed.Picture, closed.Seal, new OpenOptions([key]), Png, default);

        var faces = await Engine.Seals.SealAsync(
            picture.Png(), options with { Method = DeidentificationMethod.Mask, Region = RegionShape.Ellipse }, seal, default);
        Assert.InRange(Area(closed) / Area(faces), 1.5, 4);
        Assert.NotEqual(picture.Bytes, Picture.Raw(closed.Picture).Bytes);
        Assert.Equal(picture.Bytes, Picture.Raw(restored.Picture).Bytes);

        static double Area(SealResult closed) =>
            SealFormat.Read(closed.Seal!)!.Faces.Sum(face => face.Region.Width * face.Region.Height);
    }

    private static ImageOutput Png { get; } = new(ImageFormat.Png);

    private static SymmetricKey Key() => new(RandomNumberGenerator.GetBytes(32));

    // Noise on a slope: every bit counts.
    private static Picture Random(Random random)
    {
        var (width, height) = (random.Next(48, 160), random.Next(48, 160));
        return Picture.Of(width, height, 3, (x, y, band) => x + (y * (band + 1)) + random.Next(64));
    }

    private static IReadOnlyList<EditedFace> Faces(Random random, Picture picture) =>
    [
        .. Enumerable.Range(0, random.Next(1, 4)).Select(_ => new EditedFace(
            Id: null, new Box(
                random.Next(-5, picture.Width - 20), random.Next(-5, picture.Height - 20),
                random.Next(12, 60), random.Next(12, 60)), Polygon: null)),
    ];
}
