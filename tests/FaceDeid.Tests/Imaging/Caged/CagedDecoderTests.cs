using System.Diagnostics;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Caged;
using FaceDeid.Imaging.Formats;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>Whatever the decoder does, the caller gets pixels or a refusal, and nothing is left over.</summary>
public sealed class CagedDecoderTests
{
    private static readonly byte[] Bmp = BmpFile.Write(40, 4, 4, 24, new byte[48]);
    private static readonly ImageHeader Header = new(ImageFormat.Bmp, new ImageSize(4, 4), 1, HasAlpha: false);

    // The head of an answer: read, 4 x 4, three channels, no profile.
    private const string Announcement = @"printf '\000\004\000\000\000\004\000\000\000\003\000\000\000\000'; ";

    [Fact]
    public void This_machine_lets_the_decoder_be_locked_in() => Assert.Null(Engine.Formats.Fault);

    [Fact]
    public void What_answers_as_the_decoder_does_is_believed()
    {
        using var picture = Shell(Announcement + "printf '%048d' 0").Decode(Bmp, Header);

        Assert.Equal(4, picture.Pixels.Width);
        Assert.Equal((byte)'0', picture.Pixels.At<Vec3b>(3, 3).Item2);
    }

    [Theory]
    [InlineData("exit 0")]
    [InlineData("cat > /program/x; exit 1")]
    [InlineData("kill -9 $$")]
    [InlineData("kill -SEGV $$")]
    [InlineData("printf 'no answer at all, but a long text'")]
    [InlineData(Announcement + "printf '%047d' 0")] // too little
    [InlineData(Announcement + "printf '%049d' 0")] // too much
    [InlineData(Announcement + "while :; do printf '%01000d' 0; done")]
    [InlineData(Announcement + "printf '%048d' 0; exit 3")]
    [InlineData(Announcement + "printf '%048d' 0; printf '%0100000d' 0 >&2; kill -9 $$")]
    [InlineData(@"printf '\000\005\000\000\000\004\000\000\000\003\000\000\000\000%060d' 0")] // larger than asked for
    [InlineData(@"printf '\000\377\377\377\377\004\000\000\000\003\000\000\000\000%060d' 0")]
    [InlineData(@"printf '\000\004\000\000\000\004\000\000\000\002\000\000\000\000%060d' 0")] // of another depth
    [InlineData(@"printf '\000\004\000\000\000\004\000\000\000\003\377\377\377\177%060d' 0")] // an endless profile
    [InlineData(@"printf '\011\004\000\000\000\004\000\000\000\003\000\000\000\000%060d' 0")]
    public void A_decoder_that_fails_or_lies_is_a_picture_that_cannot_be_read(string script) => Refusal.Of(
        FaceDeidError.CorruptImage, "could not be read within the limits", () => Shell(script).Decode(Bmp, Header).Dispose());

    [Fact]
    public void A_decoder_that_never_ends_is_ended_and_nothing_is_left_over()
    {
        var name = Unique();
        var start = Stopwatch.GetTimestamp();

        Refusal.Of(
            FaceDeidError.CorruptImage, "could not be read within the limits",
            () => new CagedDecoder("/usr", ["/usr/bin/sleep", name], TimeSpan.FromSeconds(1)).Decode(Bmp, Header).Dispose());

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(0.9), Patience.Long);
        AssertGone(name);
    }

    [Fact]
    public async Task A_decoder_that_nobody_waits_for_is_ended_and_nothing_is_left_over()
    {
        var name = Unique();
        using var cancelled = new CancellationTokenSource();
        var decoding = Task.Run(() => new CagedDecoder("/usr", ["/usr/bin/sleep", name]).Decode(new byte[5_000_000], Header,
            cancellationToken: cancelled.Token));
        while (Processes(name).Count == 0)
            await Task.Delay(10);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => decoding);
        AssertGone(name);
    }

    [Fact]
    public async Task A_decoder_that_is_killed_is_a_picture_that_cannot_be_read()
    {
        var name = Unique();
        var decoding = Task.Run(() => new CagedDecoder("/usr", ["/usr/bin/sleep", name]).Decode(Bmp, Header));
        while (Processes(name).Count == 0)
            await Task.Delay(10);

        foreach (var id in Processes(name))
        {
            try
            {
                using var process = Process.GetProcessById(id);
                process.Kill();
            }
            catch (ArgumentException)
            {
                // It ended with the one before.
            }
        }

        Assert.Equal(FaceDeidError.CorruptImage, (await Assert.ThrowsAsync<FaceDeidException>(() => decoding)).Code);
        AssertGone(name);
    }

    [Fact]
    public void Memory_is_bounded_by_what_the_header_claims()
    {
        const string take = Announcement + "x=$(printf '%0100000000d' 0); printf '%048d' 0";
        var wide = Header with { Size = new ImageSize(5000, 5000) };

        Refusal.Of(FaceDeidError.CorruptImage, () => Shell(take).Decode(Bmp, Header).Dispose());
        Shell(take).Decode(Bmp, wide).Dispose(); // 25 megapixels may take more
    }

    [Fact]
    public void What_is_not_of_the_named_format_is_not_read()
    {
        // What ImageMagick would take for a drawing, a script or a list of other files.
        foreach (var text in (string[])["<svg xmlns='http://www.w3.org/2000/svg' width='4' height='4'/>",
            "push graphic-context\nviewbox 0 0 4 4\n", "@/etc/passwd", "%!PS\n"])
        {
            foreach (var format in (ImageFormat[])[ImageFormat.Bmp, ImageFormat.Gif, ImageFormat.Heic, ImageFormat.JpegXl])
            {
                Assert.Contains(
                    Assert.Throws<FaceDeidException>(() =>
                        Engine.Formats.Decoder.Decode([.. text.Select(letter => (byte)letter)],
                        Header with { Format = format }).Dispose()).Code,
                    (FaceDeidError[])[FaceDeidError.CorruptImage, FaceDeidError.UnsupportedFormat]);
            }
        }
    }

    [Fact]
    public void Without_a_decoder_that_works_the_formats_are_refused_and_the_operator_is_told_why()
    {
        var formats = new InputFormats(new CagedDecoder("/usr", ["/usr/bin/false"]));
        var missing = new InputFormats(new CagedDecoder("/usr"));
        var decoder = new ImageDecoder(Engine.Limits, formats);

        Assert.Contains("not there", missing.Fault, StringComparison.Ordinal);
        Assert.Contains("docs/operations.md", formats.Fault, StringComparison.Ordinal);
        Assert.Equal([ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp, ImageFormat.Tiff, ImageFormat.Avif], formats.Readable);
        Refusal.Of(FaceDeidError.UnsupportedFormat, "this installation", () => decoder.Decode(Bmp).Dispose());
        decoder.Decode(Picture.Patches().Png()).Dispose();
    }

    private static CagedDecoder Shell(string script) => new("/usr", ["/usr/bin/bash", "-c", "x=$(cat); " + script]);

    private static string Unique() => $"{100_000 + Random.Shared.Next(100_000)}.{Random.Shared.Next(1_000_000)}";

    private static void AssertGone(string name) => Assert.Empty(Processes(name));

    /// <summary>Processes that have this among their arguments.</summary>
    private static List<int> Processes(string argument) =>
        [.. Process.GetProcesses().Select(process => process.Id).Where(id =>
            CommandLine(id).Split('\0').Contains(argument, StringComparer.Ordinal))];

    private static string CommandLine(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }
}
