using System.Collections.Concurrent;
using System.Net;
using System.Text;
using FaceDeid.TestData;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// What is uploaded leaves no trace: not on a disk, not in the log, not in the metrics, not in what comes back.
/// </summary>
public sealed class PrivacyTests(ServiceFixture service) : IClassFixture<ServiceFixture>, IDisposable
{
    private const string Marker = MarkedPicture.Marker;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-privacy-");

    [Fact]
    public async Task Uploads_of_many_megabytes_never_reach_a_disk()
    {
        var temporary = _folder.CreateSubdirectory("tmp").FullName;
        var frameworkTemporary = _folder.CreateSubdirectory("aspnet").FullName;
        var working = _folder.CreateSubdirectory("work").FullName;
        await using var process = await ServiceProcess.StartInAsync(
            working,
            ("TMPDIR", temporary),
            ("ASPNETCORE_TEMP", frameworkTemporary),
            ("HOME", _folder.CreateSubdirectory("home").FullName), // libraries would keep what they report to their makers there
            ("DOTNET_EnableDiagnostics", "0")); // the runtime's own sockets would lie in TMPDIR
        using var client = process.Connect();
        var created = new ConcurrentQueue<string>(); // events come while it is read
        using var watcher = new FileSystemWatcher(_folder.FullName) { IncludeSubdirectories = true, InternalBufferSize = 65_536 };
        watcher.Created += (_, file) => created.Enqueue(file.FullPath);
        watcher.Changed += (_, file) => created.Enqueue(file.FullPath);
        watcher.EnableRaisingEvents = true;

        // Many bytes (the framework spools above 64 KiB), and many pixels, all needed at once (libvips spools above 100 MB).
        foreach (var picture in new[] { Noisy(2000, 1500), Interlaced(6000, 5900) })
        {
            await AssertStatusAsync(client, "/v1/detect", HttpStatusCode.OK, Requests.Image(picture));
            await AssertStatusAsync(client, "/v1/landmarks", HttpStatusCode.OK, Requests.Image(picture));
            await AssertStatusAsync(
                client, "/v1/landmarks", HttpStatusCode.UnprocessableEntity, Requests.Image(picture), ("format", "png"));
            await AssertStatusAsync(
                client, "/v1/merge", HttpStatusCode.OK, ("first", picture, "a"), ("second", Pictures.Face, "b"));
            await AssertStatusAsync(
                client, "/v1/deidentify", HttpStatusCode.OK, Requests.Image(picture), ("method", "mask"), ("detector", "hog"),
                ("onNoFace", "pass"), ("format", "multipart"));
        }

        // Raises its event after all others.
        await File.WriteAllTextAsync(Path.Combine(temporary, "last"), "shows that the watcher sees files");
        await Patience.UntilAsync(() => created.Any(path => path.EndsWith("last", StringComparison.Ordinal)));
        Assert.All(created, path => Assert.EndsWith("last", path, StringComparison.Ordinal));
        Assert.Single(_folder.GetFiles("*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("Information")]
    [InlineData("Verbose")]
    public async Task Neither_log_nor_metrics_nor_errors_repeat_what_a_caller_sent(string level)
    {
        await using var process = await ServiceProcess.StartAsync(
            ("Serilog__MinimumLevel__Default", level),
            ("FaceDeid__Security__ApiKeys__one__Sha256", AccessKeys.Hash("a-key-that-is-long-enough")),
            ("FaceDeid__Security__ApiKeys__one__Scopes__0", "restore"),
            ("FaceDeid__Security__ApiKeys__one__Scopes__1", "evaluate"));
        using var client = process.Connect();
        client.DefaultRequestHeaders.Add("X-Api-Key", "a-key-that-is-long-enough");
        client.DefaultRequestHeaders.Add("User-Agent", Marker);
        var picture = MarkedPicture.Create("jpeg");
        FormPart named = ("image", picture, $"{Marker}.jpg");

        await AssertStatusAsync(client, "/v1/landmarks", HttpStatusCode.OK, named);
        await AssertStatusAsync(
            client, "/v1/landmarks", HttpStatusCode.BadRequest, named, ("color", Marker),
            ("detector", Marker), ("alpha", Marker));
        await AssertStatusAsync(
            client, "/v1/deidentify", HttpStatusCode.OK, named, ("method", "mask"), ("detector", "hog"),
            ("pseudonymKey", Marker), ("keep", picture, Marker));
        await AssertStatusAsync(
            client, "/v1/deidentify", HttpStatusCode.BadRequest, named, ("method", Marker),
            ("faces", Marker), ("strength", Marker));
        await AssertStatusAsync(
            client, "/v1/deidentify", HttpStatusCode.BadRequest, named, ("faces", $$"""[{"{{Marker}}":"{{Marker}}"}]"""));
        await AssertStatusAsync(
            client, "/v1/seal", HttpStatusCode.OK, named, ("method", "mask"), ("detector", "hog"),
            ("passphrase", Marker), ("sidecar", "true"));
        await AssertStatusAsync(client, "/v1/seal", HttpStatusCode.BadRequest, named, ("recipients", Marker), ("keyId", Marker));
        await AssertStatusAsync(
            client, "/v1/seal", HttpStatusCode.BadRequest, named, ("recipients", $$"""[{"key":"{{Marker}}"}]"""));
        await AssertStatusAsync(client, "/v1/restore", HttpStatusCode.UnprocessableEntity, named, ("passphrase", Marker));
        await AssertStatusAsync(
            client, "/v1/restore", HttpStatusCode.BadRequest, named, ("privateKey", Marker),
            ("keyId", Marker), ("faces", Marker));
        await AssertStatusAsync(
            client, "/v1/seal/rewrap", HttpStatusCode.UnprocessableEntity, ("sidecar", Encoding.UTF8.GetBytes(Marker), Marker),
            ("passphrase", Marker), ("recipients", $$"""[{"passphrase":"{{Marker}}"}]"""));
        await AssertStatusAsync(client, "/v1/detect", HttpStatusCode.BadRequest, named, (Marker, Marker));
        await AssertStatusAsync(client, "/v1/detect", HttpStatusCode.BadRequest, ("image", Marker));
        await AssertStatusAsync(
            client, "/v1/detect", HttpStatusCode.UnsupportedMediaType,
            ("image", Encoding.UTF8.GetBytes(Marker), $"{Marker}.jpg"));
        await AssertStatusAsync(
            client, "/v1/detect", HttpStatusCode.UnprocessableEntity, ("image", picture[..2000], $"{Marker}.jpg"));
        await AssertStatusAsync(client, $"/v1/{Marker}?{Marker}={Marker}", HttpStatusCode.NotFound, named);
        client.DefaultRequestHeaders.Remove("X-Api-Key");
        client.DefaultRequestHeaders.Add("X-Api-Key", $"{Marker}-as-an-api-key");
        await AssertStatusAsync(client, "/v1/detect", HttpStatusCode.Unauthorized, named);

        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Contains("facedeid_step_duration", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, metrics, StringComparison.OrdinalIgnoreCase);
        process.Terminate();
        Assert.Equal(0, await process.ExitAsync());
        Assert.Contains("POST /v1/landmarks answered 200", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, process.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("long-enough", process.Output, StringComparison.Ordinal);
        Assert.Empty(process.Errors);
    }

    [Theory]
    [MemberData(nameof(FormatPairs))]
    public async Task No_metadata_survives(string input, string output)
    {
        var picture = MarkedPicture.Create(input);
        using var overlay = await service.PostAsync("/v1/landmarks", Requests.Image(picture), ("format", output));
        using var merge = await service.PostAsync(
            "/v1/merge", ("first", picture, "a"), ("second", picture, "b"), ("format", output));
        using var safe = await service.PostAsync(
            "/v1/deidentify", Requests.Image(picture), ("method", "blur"), ("detector", "hog"), ("format", output));

        foreach (var answer in new[] { overlay, merge, safe })
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal($"image/{output}", answer.Content.Headers.ContentType!.ToString());
            var bytes = await answer.BytesAsync();
            Assert.Equal(0, MarkedPicture.CountIn(bytes));
            using var image = Image.NewFromBuffer(bytes);
            Assert.DoesNotContain(
                image.GetFields(), field => Metadata.Any(kind => field.Contains(kind, StringComparison.Ordinal)));
        }
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("tiff")]
    public async Task No_metadata_is_in_JSON_answers_or_in_errors(string format)
    {
        var picture = MarkedPicture.Create(format);
        FormPart first = ("first", picture, "a"), second = ("second", picture, "b");
        FormPart damaged = Requests.Image(picture[..(picture.Length / 2)]);

        using var detected = await service.PostAsync("/v1/detect", Requests.Image(picture));
        using var landmarks = await service.PostAsync("/v1/landmarks", Requests.Image(picture));
        using var merged = await service.PostAsync("/v1/merge", first, second, ("mode", "landmarks"));
        using var refused = await service.PostAsync("/v1/detect", damaged);
        using var repeated = await service.PostAsync("/v1/detect", Requests.Image(picture), Requests.Image(picture));

        foreach (var (answer, status)
            in new[] { (detected, 200), (landmarks, 200), (merged, 200), (refused, 422), (repeated, 400) })
        {
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.DoesNotContain(
                Marker, $"{answer}{await answer.Content.ReadAsStringAsync()}", StringComparison.OrdinalIgnoreCase);
        }
    }

    public static TheoryData<string, string> FormatPairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var input in MarkedPicture.Formats)
        {
            foreach (var output in new[] { "png", "jpeg", "webp" })
                pairs.Add(input, output);
        }

        return pairs;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static readonly string[] Metadata =
        ["exif", "xmp", "iptc", "icc", "comment", "thumbnail", "description", "orientation"];

    private static async Task AssertStatusAsync(HttpClient client, string path, HttpStatusCode status, params FormPart[] parts)
    {
        using var form = Requests.Form(parts);
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), form);
        Assert.Equal(status, answer.StatusCode);
        Assert.DoesNotContain(Marker, $"{answer}{await answer.Content.ReadAsStringAsync()}", StringComparison.OrdinalIgnoreCase);
    }

    private static byte[] Noisy(int width, int height)
    {
        using var noise = Image.Gaussnoise(width, height, mean: 128, sigma: 40, seed: 1);
        using var samples = noise.Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Bw);
        var file = samples.PngsaveBuffer(compression: 1);
        Assert.InRange(file.Length, 2_000_000, 19_000_000);
        return file;
    }

    private static byte[] Interlaced(int width, int height)
    {
        using var flat = Image.Black(width, height, bands: 3).Copy(interpretation: Enums.Interpretation.Srgb);
        return flat.PngsaveBuffer(compression: 1, interlace: true);
    }
}
