using System.Security.Cryptography;
using FaceDeid.Imaging;
using FaceDeid.Sealing;
using FaceDeid.Sealing.Keys;
using Xunit;

namespace FaceDeid.Tests.Sealing;

/// <summary>Seals that somebody made with a key of their own to do harm: genuine, and still not what the library makes.</summary>
public sealed class CraftedSealTests : IDisposable
{
    private readonly SymmetricKey _key = new(RandomNumberGenerator.GetBytes(32));
    private readonly Picture _picture = Picture.Patches(columns: 10, rows: 8);

    [Theory]
    [InlineData(8, 0, 32, 32)] // between blocks
    [InlineData(0, 0, 40, 32)]
    public async Task Scrambled_regions_that_are_no_whole_blocks_are_refused(int x, int y, int width, int height) => Assert.Equal(
        FaceDeidError.SealTampered, await RefusedAsync(SealKind.Scramble, ([1, 2, 3, 4], new Box(x, y, width, height))));

    [Fact]
    public async Task A_scrambled_face_without_blocks_of_its_own_is_refused() => Assert.Equal(
        FaceDeidError.SidecarMismatch,
        await RefusedAsync(SealKind.Scramble, ([], new Box(0, 0, 64, 64)), ([], new Box(0, 0, 64, 64))));

    [Fact]
    public async Task Contents_that_are_no_PNG_of_the_region_are_refused()
    {
        var region = new Box(16, 16, 32, 32);

        Assert.Equal(FaceDeidError.SealTampered, await RefusedAsync(SealKind.Pixels, ("no picture"u8.ToArray(), region)));
        // Without alpha.
        Assert.Equal(FaceDeidError.SealTampered, await RefusedAsync(
            SealKind.Pixels, (Picture.Patches(columns: 2, rows: 2).Png(), region)));
        Assert.Equal(FaceDeidError.SealTampered, await RefusedAsync(
            SealKind.Pixels, (Picture.Patches(columns: 3, rows: 2, bands: 4).Png(), region)));
    }

    [Fact]
    public async Task Hundreds_of_regions_as_large_as_the_picture_take_no_long_time()
    {
        var large = Picture.Of(2048, 2048, 3, (_, _, _) => 0);
        var everywhere = new Box(0, 0, 2048, 2048);
        var own = new byte[2048 / 16 * 2048 / 16];

        (byte[], Box)[] faces = [(own, everywhere), .. Enumerable.Repeat(((byte[])[], everywhere), SealFormat.MaxFaces - 1)];

        Assert.Equal(FaceDeidError.TooMuchWork, await RefusedAsync(large, SealKind.Scramble, faces));
        // All have their claims.
        Assert.Equal(FaceDeidError.SidecarMismatch, await RefusedAsync(large, SealKind.Scramble, faces, asked: [2]));
    }

    public void Dispose() => _key.Dispose();

    private Task<FaceDeidError> RefusedAsync(SealKind kind, params (byte[] Content, Box Region)[] faces) =>
        RefusedAsync(_picture, kind, faces);

    private async Task<FaceDeidError> RefusedAsync(
        Picture picture, SealKind kind, (byte[] Content, Box Region)[] faces, IReadOnlyList<int>? asked = null)
    {
        var file = picture.Png();
        using var decoded = Engine.Decoder.Decode(file);
        var seal = FaceLock.Close(
            kind, decoded.Bgr.ImageSize(), PixelHash.Compute(decoded), [.. faces.Select((face, i) => new OpenFace(
                i + 1, face.Region, face.Content, RandomNumberGenerator.GetBytes(32),
                RandomNumberGenerator.GetBytes(12), [_key]))]);
        var refused = await Assert.ThrowsAsync<FaceDeidException>(
            () => Engine.Seals.RestoreAsync(
                file, SealFormat.Write(seal), new OpenOptions([_key], asked), new ImageOutput(ImageFormat.Png), default));
        return refused.Code;
    }
}
