using FaceDeid.Collections;
using FaceDeid.Tests.Imaging;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>A chip is a picture of one size and kind, and its file carries nothing else.</summary>
public sealed class ChipFileTests
{
    private static readonly byte[] Chip = PngChunks.Rgb(256, 256, rows: 256);

    [Fact]
    public async Task What_the_library_writes_is_plain()
    {
        var made = await Collected.JohnsAsync(new CollectionOptions { K = 2 });

        Assert.True(ChipFile.IsPlain(made.FileOf("chips/0000.png")));
        Assert.True(ChipFile.IsPlain(Chip));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("profile")]
    [InlineData("resolution of its own")]
    [InlineData("bytes behind the end")]
    [InlineData("bytes behind the pixels")]
    [InlineData("more rows")]
    [InlineData("other size")]
    [InlineData("alpha")]
    [InlineData("16 bits")]
    [InlineData("JPEG")]
    [InlineData("cut off")]
    [InlineData("wrong checksum")]
    [InlineData("nothing")]
    public void What_carries_more_or_is_another_picture_is_not(string what)
    {
        var square = Picture.Of(256, 256, 4, (x, y, _) => x ^ y);
        byte[] file = what switch
        {
            "text" => PngChunks.Insert(Chip, "tEXt", "Comment\0Anna"u8),
            "profile" => PngChunks.Insert(Chip, "iCCP", [1, 0, 0, 1]),
            "resolution of its own" => PngChunks.Insert(Chip, "pHYs", "Anna Anna"u8),
            "bytes behind the end" => [.. Chip, 1],
            "bytes behind the pixels" => PngChunks.Rgb(256, 256, rows: 256, hidden: "Anna"u8.ToArray()),
            "more rows" => PngChunks.Rgb(256, 256, rows: 257),
            "other size" => Picture.Of(255, 256, 3, (x, _, _) => x).Png(),
            "alpha" => square.Png(),
            "16 bits" => square.WithBands(3).Save16(image => image.PngsaveBuffer()),
            "JPEG" => square.WithBands(3).Save(image => image.JpegsaveBuffer()),
            "cut off" => Chip[..^12],
            "wrong checksum" => [.. Chip[..^20], (byte)(Chip[^20] ^ 1), .. Chip[^19..]],
            _ => [],
        };

        Assert.False(ChipFile.IsPlain(file));
    }
}
