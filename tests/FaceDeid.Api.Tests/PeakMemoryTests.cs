using System.Net;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// What one request takes of memory: for a file of up to a megabyte no more than 400 MB, what the runtime and its garbage take
/// beside included. What is refused for it: <c>MemoryLimitTests</c>.
/// </summary>
public sealed class PeakMemoryTests : IAsyncLifetime
{
    private const long Most = 400_000_000;

    private ServiceProcess _service = null!;

    // As it is shipped.
    public async Task InitializeAsync() => _service = await ServiceProcess.StartAsync(
        ("DOTNET_EnableDiagnostics", "1"), // its memory is measured
        ("MALLOC_TRIM_THRESHOLD_", "4194304"), ("MALLOC_MMAP_THRESHOLD_", "4194304"), ("MALLOC_ARENA_MAX", "2"));

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData("/v1/detect", 8944)]
    [InlineData("/v1/landmarks", 8944)]
    [InlineData("/v1/merge", 8944)]
    [InlineData("/v1/deidentify", 8944)]
    [InlineData("/v1/deidentify", 6660, "webp")]
    [InlineData("/v1/seal", 7400, "jpeg")]
    public async Task A_small_file_of_many_pixels_takes_no_more(string path, int side, string format = "png")
    {
        using var client = _service.Connect();
        await PostAsync(client, path, Pictures.Face, format); // what is loaded once, and stays
        var file = Large(side);
        Assert.InRange(file.Length, 1, 1_000_000);
        var before = _service.ResidentMemory();
        _service.ForgetPeak();

        await PostAsync(client, path, file, format);

        Assert.InRange(_service.PeakMemory() - before, 1, Most);
    }

    private static async Task PostAsync(HttpClient client, string path, byte[] file, string format)
    {
        FormPart[] parts = path switch
        {
            "/v1/merge" => [("first", file, "picture"), ("second", file, "picture"), ("align", "landmarks")],
            "/v1/detect" => [("image", file, "picture")],
            _ => [("image", file, "picture"), ("format", format)],
        };
        using var form = Requests.Form(parts);
        if (string.Equals(path, "/v1/seal", StringComparison.Ordinal))
            form.Headers.Add("X-FaceDeid-Key", Convert.ToBase64String(new byte[32]));
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), form);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>A face in the corner of a large flat picture.</summary>
    private static byte[] Large(int side)
    {
        using var face = Image.NewFromBuffer(Pictures.Face);
        using var large = face.Embed(0, 0, side, side, extend: Enums.Extend.Background, background: [10, 20, 30]);
        return large.PngsaveBuffer(compression: 9);
    }
}
