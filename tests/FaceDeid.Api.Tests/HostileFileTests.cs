using System.Text;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Broken and malicious files: never a 5xx, always problem details, never much memory, and the service lives on.
/// </summary>
public sealed class HostileFileTests(HostileFileTests.Service service) : IClassFixture<HostileFileTests.Service>
{
    private const long MaxGrowth = 300_000_000;

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("tiff")]
    public async Task A_file_cut_off_anywhere_is_refused(string format)
    {
        var file = HostileFiles.Face(format);
        await service.AssertServesAsync(file);

        const int tail = 13; // what ends a file without holding pixels: the end marker of a JPEG, the IEND chunk of a PNG
        var step = Math.Max(1, file.Length / 60);
        for (var length = 1; length < file.Length - tail; length += step)
            await service.AssertRefusedAsync($"{format} cut off at {length} of {file.Length}", file[..length]);
        await service.AssertServesAsync(file);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("tiff")]
    public async Task A_file_with_a_wrong_start_is_no_picture(string format)
    {
        var file = HostileFiles.Face(format);
        for (var i = 0; i < 4; i++)
            file[i] ^= 0x55;
        await service.AssertRefusedAsync(format, file, 415, "unsupported_format");
    }

    [Fact]
    public async Task A_file_without_bytes_is_an_empty_part() =>
        await service.AssertRefusedAsync("nothing", [], 400, "empty_part");

    [Fact]
    public async Task Sizes_that_no_limit_allows_are_refused_by_the_header_alone()
    {
        const string code = "too_many_pixels";
        await service.AssertRefusedAsync(
            "PNG 30000 x 30000", HostileFiles.Png(30_000, 30_000, HostileFiles.FewPixels), 422, code);
        await service.AssertRefusedAsync("PNG 2147483647 x 1", HostileFiles.Png(int.MaxValue, 1, HostileFiles.FewPixels));
        await service.AssertRefusedAsync("WebP 16383 x 16383", HostileFiles.WebpHeader(16_383, 16_383), 422, code);
        await service.AssertRefusedAsync(
            "TIFF 100000 x 100000", HostileFiles.Tiff(100_000, 100_000, directories: 1, endless: false), 422, code);
        await service.AssertRefusedAsync("JPEG 65500 x 65500", HostileFiles.JpegHeader(65_500, 65_500), 422, code);
        await service.AssertRefusedAsync("JPEG 16385 x 64", HostileFiles.JpegHeader(16_385, 64), 422, code);
    }

    [Fact]
    public async Task Files_that_promise_more_than_they_hold_are_damaged()
    {
        const string code = "corrupt_image";
        await service.AssertRefusedAsync("a PNG chunk of 4 GiB in 72 bytes", HostileFiles.PngWithHugeChunk(), 422, code);
        await service.AssertRefusedAsync(
            "a PNG with the pixels of a smaller one", HostileFiles.Png(2000, 2000, HostileFiles.FewPixels), 422, code);
        await service.AssertRefusedAsync("a PNG without pixels", HostileFiles.Png(100, 100), 422, code);
        await service.AssertRefusedAsync("a JPEG without height", HostileFiles.JpegThatLies(150, 0), 422, code);
        await service.AssertRefusedAsync("a WebP header alone", HostileFiles.WebpHeader(1000, 1000), 422, code);
        await service.AssertRefusedAsync(
            "a TIFF strip outside its file", HostileFiles.Tiff(1000, 1000, directories: 1, endless: false), 422, code);
    }

    [Fact]
    public async Task A_JPEG_with_the_data_of_a_smaller_one_is_refused() => // libjpeg only warns
        await service.AssertRefusedAsync("a JPEG that lies about its size", HostileFiles.JpegThatLies(2000, 2000));

    [Fact]
    public async Task A_PNG_with_400_megabytes_of_compressed_comments_takes_little_memory() =>
        await service.AssertHarmlessAsync("twenty zTXt chunks", HostileFiles.PngWithTextBomb());

    [Fact]
    public async Task TIFF_directories_in_a_loop_or_without_end_are_refused()
    {
        await service.AssertRefusedAsync(
            "a directory that points to itself", HostileFiles.Tiff(100, 100, directories: 1, endless: true));
        await service.AssertRefusedAsync(
            "three directories in a ring", HostileFiles.Tiff(100, 100, directories: 3, endless: true));
        await service.AssertRefusedAsync(
            "5000 directories", HostileFiles.Tiff(100, 100, directories: 5000, endless: false), 415, "multi_page_image");
    }

    [Fact]
    public async Task Animations_are_refused_by_name()
    {
        await service.AssertRefusedAsync("APNG", HostileFiles.AnimatedPng(), 415, "animated_image");
        await service.AssertRefusedAsync("GIF of two frames", HostileFiles.Gif(frames: 2), 415, "animated_image");
        await service.AssertHarmlessAsync("GIF of one frame", HostileFiles.Gif(frames: 1));
    }

    [Theory]
    [InlineData("HTML", "<!DOCTYPE html><html><body><script>alert(1)</script></body></html>")]
    [InlineData("SVG", "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='99'><image href='file:///etc/passwd'/></svg>")]
    [InlineData(
        "XML",
        "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY f SYSTEM 'file:///etc/passwd'>]><svg "
        + "xmlns='http://www.w3.org/2000/svg'><text>&f;</text></svg>")]
    [InlineData(
        "PDF",
        "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0/Kids[]>>endobj\n"
        + "trailer<</Root 1 0 R>>\n%%EOF")]
    [InlineData("MVG", "push graphic-context\nviewbox 0 0 640 480\nimage over 0,0 0,0 'file:///etc/passwd'\npop graphic-context")]
    [InlineData("CSV", "0,1,2\n3,4,5\n6,7,8\n")]
    [InlineData("PPM", "P3 2 2 255 0 0 0 1 1 1 2 2 2 3 3 3")]
    public async Task Documents_are_no_pictures(string kind, string text) =>
        await service.AssertRefusedAsync(kind, Encoding.UTF8.GetBytes(text), 415, "unsupported_format");

    [Fact]
    public async Task An_archive_with_a_picture_in_it_is_no_picture() =>
        await service.AssertRefusedAsync("ZIP", HostileFiles.Zip(), 415, "unsupported_format");

    /// <summary>The service as a process of its own, whose memory is its own.</summary>
    public sealed class Service : IAsyncLifetime, IDisposable
    {
        private readonly HttpClient _client = new() { Timeout = Patience.Long };
        private ServiceProcess _process = null!;

        public async Task InitializeAsync()
        {
            _process = await ServiceProcess.StartAsync(("DOTNET_EnableDiagnostics", "1")); // its memory is measured
            _client.BaseAddress = _process.Address;
            await AssertServesAsync(Pictures.Face); // what is loaded on first use is no growth
        }

        public Task AssertServesAsync(byte[] face) => PostAsync("an intact picture", face, async (call, status, answer) =>
        {
            Assert.True(status == 200, $"{call} answered {status}: {await answer.Content.ReadAsStringAsync()}");
            if (answer.Content.Headers.ContentType!.MediaType is "application/json")
                Assert.Single((await answer.JsonAsync())["faces"]!.AsArray());
        });

        public Task AssertRefusedAsync(string what, byte[] file) => PostAsync(what, file, AssertProblemAsync);

        public Task AssertRefusedAsync(string what, byte[] file, int status, string code) =>
            PostAsync(what, file, async (call, actual, answer) =>
            {
                await AssertProblemAsync(call, actual, answer);
                Assert.Equal($"{call} {status} {code}", $"{call} {actual} {(string?)(await answer.JsonAsync())["code"]}");
            });

        /// <summary>Refused or, where the pixels are in order, answered.</summary>
        public Task AssertHarmlessAsync(string what, byte[] file) => PostAsync(
            what, file, (call, status, answer) => status == 200 ? Task.CompletedTask : AssertProblemAsync(call, status, answer));

        public void Dispose() => _client.Dispose();

        public async Task DisposeAsync() => await _process.DisposeAsync();

        private static async Task AssertProblemAsync(string call, int status, HttpResponseMessage answer)
        {
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(status is >= 400 and < 500, $"{call} answered {status}: {body}");
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
            Assert.Equal(status, (int)(await answer.JsonAsync())["status"]!);
            Assert.DoesNotContain("root:", body, StringComparison.Ordinal);
        }

        /// <summary>Posts a file to every call that takes one, and watches the memory meanwhile.</summary>
        private async Task PostAsync(string what, byte[] file, Func<string, int, HttpResponseMessage, Task> check)
        {
            _process.ForgetPeak();
            var before = _process.ResidentMemory();
            var image = Requests.Image(file);
            FormPart first = ("first", file, "picture"), second = ("second", Pictures.Face, "picture");
            foreach (var (path, parts) in new (string, FormPart[])[]
            {
                ("/v1/detect", [image]),
                ("/v1/landmarks", [image]),
                ("/v1/landmarks", [image, ("format", "png")]),
                ("/v1/merge", [first, second]),
            })
            {
                using var form = Requests.Form(parts);
                using var answer = await _client.PostAsync(new Uri(path, UriKind.Relative), form);
                await check($"{path} with {what}", (int)answer.StatusCode, answer);
            }

            var growth = _process.PeakMemory() - before;
            Assert.True(growth < MaxGrowth, $"{what} took {growth / 1_000_000} MB.");
        }
    }
}
