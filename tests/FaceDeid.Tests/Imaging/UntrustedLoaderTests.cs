using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>
/// libvips itself refuses the loaders that its makers do not fuzz: a second wall behind the decoder's list of formats, and the
/// only one before a file of such a kind could be opened by another part of the program.
/// </summary>
public sealed class UntrustedLoaderTests
{
    private static readonly byte[] Csv = "0,1,2\n3,4,5\n"u8.ToArray();

    public UntrustedLoaderTests() => NativeLibraries.Configure();

    [Theory]
    [InlineData("csvload_source")]
    [InlineData("svgload_buffer")]
    [InlineData("vipsload_source")]
    public void An_untrusted_loader_is_blocked(string loader)
    {
        using var source = Source.NewFromMemory(Csv);
        var refused = Assert.Throws<VipsException>(() =>
            Operation.Call(loader, loader.EndsWith("_source", StringComparison.Ordinal) ? source : Csv));
        Assert.True(refused.Message.Contains("blocked", StringComparison.Ordinal), refused.Message);
    }

    [Fact]
    public void An_untrusted_file_is_not_opened_by_its_content() =>
        Assert.Throws<VipsException>(() => Image.NewFromBuffer(Csv).Dispose());

    [Theory]
    [InlineData("jpegload_buffer")]
    [InlineData("pngload_buffer")]
    [InlineData("webpload_buffer")]
    [InlineData("tiffload_buffer")]
    [InlineData("heifload_buffer")]
    public void A_loader_that_is_needed_is_not_blocked(string loader)
    {
        var refused = Assert.Throws<VipsException>(() => Operation.Call(loader, Csv)); // for its content
        Assert.DoesNotContain("blocked", refused.Message, StringComparison.Ordinal);
    }
}
