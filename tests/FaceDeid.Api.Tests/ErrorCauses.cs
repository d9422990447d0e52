using System.Net.Http.Headers;
using FaceDeid.Faces;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Api.Tests;

/// <summary>How to provoke each row of the error table; the caller disposes the answer.</summary>
internal static class ErrorCauses
{
    private static readonly string Key32 = Sealed.NewKey();
    private const string BrokenOff = "--b\r\nContent-Disposition: form-data; name=\"detector\"\r\n\r\nhog";
    private const string WebForm = "application/x-www-form-urlencoded";

    /// <summary>The rows that need a slow client on a real socket; their tests are in RealServer/.</summary>
    public static readonly string[] NeedRealServer = ["upload_too_slow", "storage_unavailable"];

    public static readonly IReadOnlyDictionary<string, Func<ServiceFixture, Task<HttpResponseMessage>>> ByCode =
        new Dictionary<string, Func<ServiceFixture, Task<HttpResponseMessage>>>(StringComparer.Ordinal)
        {
            ["malformed_form"] = service => PostRawAsync(service, BrokenOff, "multipart/form-data; boundary=b"),
            ["missing_part"] = service => DetectAsync(service, ("detector", "hog")),
            ["duplicate_part"] = service =>
                DetectAsync(service, Requests.Image(Pictures.Face), Requests.Image(Pictures.OtherFace)),
            ["empty_part"] = service => DetectAsync(service, Requests.Image([])),
            ["unknown_field"] = service => DetectAsync(service, Requests.Image(Pictures.Face), ("detecter", "hog")),
            ["unknown_parameter"] = service =>
                service.PostAsync("/v1/detect?detector=hog", "image/png", Requests.Image(Pictures.Face)),
            ["unknown_host"] = service => SendWithAsync(service, "Host", "rebound.example"),
            ["foreign_origin"] = service => SendWithAsync(service, "Origin", "https://evil.example"),
            ["issuer_unavailable"] = async _ =>
            {
                await using var waiting = ServiceFixture.With(
                    ("FaceDeid:Security:Jwt:Authority", $"https://127.0.0.1:{ServiceProcess.FreePort()}"),
                    ("FaceDeid:Security:Jwt:Audience", AccessTokens.Audience));
                return await SendWithAsync(waiting, "Authorization", $"Bearer {AccessTokens.SignedByAnother()}");
            },
            ["invalid_option"] = service => DetectAsync(service, Requests.Image(Pictures.Face), ("upsample", "3")),
            ["missing_key"] = service => RestoreAsync(service, Sealed.Picture, key: null),
            ["wrong_key"] = async service => await RestoreAsync(service, await SealedAsync(service), Sealed.NewKey()),
            ["not_sealed"] = service => RestoreAsync(service, Sealed.Picture, Key32),
            ["seal_tampered"] = service =>
                RestoreAsync(service, Sealed.Picture, Key32, ("sidecar", "no seal"u8.ToArray(), "a.seal")),
            ["pixels_changed"] = async service => await RestoreAsync(
                service, Sealed.WithSealOf(await SealedAsync(service), await Sealed.SealedAsync(service, Sealed.Group, Key32)),
                Key32),
            ["sidecar_mismatch"] = async service =>
            {
                using var sealing = await Sealed.SealAsync(service, Sealed.Picture, Key32, ("sidecar", "true"));
                return await RestoreAsync(
                    service, Sealed.Group, Key32, ("sidecar", (await sealing.ContentsAsync())["sidecar"], "a.seal"));
            },
            ["unauthorized"] = async _ =>
            {
                await using var guarded = ServiceFixture.With(AccessKeys.Known("one", "a-key-of-these-tests"));
                return await DetectAsync(guarded, Requests.Image(Pictures.Face));
            },
            ["missing_scope"] = async _ =>
            {
                await using var guarded = ServiceFixture.With(AccessKeys.Known("one", "a-key-of-these-tests"));
                guarded.Client.DefaultRequestHeaders.Add(AccessKeys.Header, "a-key-of-these-tests");
                return await RestoreAsync(guarded, Sealed.Picture, Key32);
            },
            ["not_found"] = service => service.PostAsync("/v1/nothing", "image/png", Requests.Image(Pictures.Face)),
            ["method_not_allowed"] = service => SendAsync(service, HttpMethod.Get, "/v1/detect", content: null),
            ["not_acceptable"] = service => DetectAsync(service, Requests.Image(Pictures.Face)),
            ["upload_too_large"] = async _ =>
            {
                await using var small = ServiceFixture.With(("FaceDeid:Limits:MaxUploadMegabytes", "1"));
                return await DetectAsync(small, Requests.Image(new byte[1_000_001]));
            },
            ["not_ready"] = _ => VideoCauses.OfAsync(new FakeVideoWork(), (service, id) =>
                SendAsync(service, HttpMethod.Get, $"{VideoCalls.Path}/{id}/result", content: null)),
            ["tracks_changed"] = _ => VideoCauses.OfEditsAsync("""{"tracks":[]}"""),
            ["bad_tracks"] = _ => VideoCauses.OfEditsAsync("{}"),
            ["already_ended"] = _ => VideoCauses.OfAsync(FakeVideoWork.Quick(), async (service, id) =>
            {
                await service.UntilAsync(id, "done");
                return await SendAsync(service, HttpMethod.Post, $"{VideoCalls.Path}/{id}/cancel", content: null);
            }),
            ["idempotency_conflict"] = _ => VideoCauses.OfAsync(FakeVideoWork.Quick(), async (service, _) =>
            {
                (await service.SendVideoAsync([1], "key")).Dispose();
                return await service.SendVideoAsync([2], "key");
            }),
            ["expired"] = _ => VideoCauses.OfAsync(
                FakeVideoWork.Quick(), async (service, id) =>
                {
                    await service.UntilAsync(id, "done");
                    await Task.Delay(1100);
                    return await SendAsync(service, HttpMethod.Get, $"{VideoCalls.Path}/{id}", content: null);
                },
                ("FaceDeid:Videos:RetentionSeconds", "1")),
            ["lost_key"] = _ => VideoCauses.OfAlteredAsync((service, id) =>
                SendAsync(service, HttpMethod.Get, $"{VideoCalls.Path}/{id}/result", content: null)),
            ["unsupported_video"] = _ => VideoCauses.OfSentAsync("#EXTM3U\nhttp://127.0.0.1/a.ts\n"u8.ToArray()),
            ["corrupt_video"] = _ => VideoCauses.OfSentAsync(VideoClips.Plain()[..200]),
            ["too_long"] = _ => VideoCauses.OfSentAsync(VideoClips.Plain(), ("FaceDeid:Videos:MaxFrames", "20")),
            ["too_many_streams"] = _ => VideoCauses.OfSentAsync(VideoClips.Plain(), ("FaceDeid:Videos:MaxStreams", "1")),
            ["jobs_off"] = service => SendAsync(service, HttpMethod.Get, VideoCalls.Path, content: null),
            ["unsupported_media_type"] = service => PostRawAsync(service, "detector=hog", WebForm),
            ["unsupported_encoding"] = async service =>
            {
                using var form = Requests.Form(Requests.Image(Pictures.Face));
                form.Headers.ContentEncoding.Add("br");
                return await SendAsync(service, HttpMethod.Post, "/v1/detect", form);
            },
            ["unsupported_format"] = service => LandmarksAsync(service, "%PDF-1.7 is no picture"u8.ToArray()),
            ["animated_image"] = service => LandmarksAsync(service, Pictures.Animated),
            ["multi_page_image"] = service => LandmarksAsync(service, Pictures.TwoPageTiff),
            ["corrupt_image"] = service => LandmarksAsync(service, Pictures.Truncated),
            ["too_many_pixels"] = service => LandmarksAsync(service, Pictures.Black(16_385, 1)),
            ["no_face"] = service => LandmarksAsync(service, Pictures.Faceless),
            ["ambiguous_reference"] = service => DeidentifyAsync(service, ("only", Pictures.Group, "a")),
            ["unclear_reference"] = service => DeidentifyAsync(
                service, ("only", Pictures.Rewritten(Pictures.Face, ".png", image => image.Rotate(60)), "a")),
            ["person_not_found"] = service => DeidentifyAsync(service, ("only", Pictures.OtherFace, "a")),
            ["too_few_people"] = service =>
                CollectAsync(service, ("images", Pictures.Face, "a"), ("images", Pictures.OtherFace, "b"), ("k", "3")),
            ["bad_pictures"] = service =>
                CollectAsync(service, ("images", Pictures.Faceless, "a"), ("images", Pictures.OtherFace, "b"), ("k", "2")),
            ["too_many_pictures"] = async _ =>
            {
                await using var small = ServiceFixture.With(("FaceDeid:Limits:MaxCollectionFaces", "2"));
                return await CollectAsync(
                    small, ("images", Pictures.Face, "a"),
                    ("images", Pictures.OtherFace, "b"), ("images", Pictures.WholeFace, "c"));
            },
            ["bad_dataset"] = service => service.PostAsync(
                "/v1/evaluate", "image/png", ("dataset",
                    Collection.Zip(
                        [("originals/a", Pictures.Face), ("originals/b", Pictures.OtherFace), ("deidentified/a", Pictures.Face)]),
                    "a.zip")),
            ["corrupt_archive"] = service => CollectAsync(service, ("archive", Pictures.Face, "a.zip")),
            ["too_much_work"] = service => service.PostAsync(
                Deidentified.Path, "image/png", Requests.Image(Pictures.Face), ("method", "blur"),
                ("faces",
                    $"[{string.Join(',', Enumerable.Repeat("{\"box\":{\"x\":1,\"y\":1,\"width\":19,\"height\":19}}", 500))}]")),
            ["too_many_faces"] = service => service.PostAsync(
                Deidentified.Path, "image/png", Requests.Image(Pictures.Crowd(columns: 44, rows: 32))),
            ["uncertain_faces"] = async service => await service.PostAsync(
                Deidentified.Path, "image/png",
                Requests.Image(await UncertainPicture.FindAsync(service)), ("uncertain", "error")),
            ["rate_limited"] = async _ =>
            {
                await using var slow = ServiceFixture.With(("FaceDeid:Limits:RequestsPerMinute", "1"));
                (await DetectAsync(slow, Requests.Image(Pictures.Face))).Dispose();
                return await DetectAsync(slow, Requests.Image(Pictures.Face));
            },
            ["internal_error"] = async _ =>
            {
                await using var broken = ServiceFixture.With(services =>
                    services.AddScoped<FacePipeline>(_ => throw new InvalidOperationException("an inner detail")));
                return await LandmarksAsync(broken, Pictures.Face);
            },
            ["service_full"] = async _ =>
            {
                await using var full = BusyService.Start(("FaceDeid:Limits:MaxQueuedRequests", "0"));
                return await LandmarksAsync(full.Service, Pictures.Face);
            },
            ["timeout"] = async _ =>
            {
                await using var busy = BusyService.Start(("FaceDeid:Limits:RequestTimeoutSeconds", "1"));
                return await LandmarksAsync(busy.Service, Pictures.Face);
            },
        };

    // Both ask for a picture, so that an answer in problem+json shows that errors ignore Accept.
    private static Task<HttpResponseMessage> DetectAsync(ServiceFixture service, params FormPart[] parts) =>
        service.PostAsync("/v1/detect", "image/png", parts);

    private static Task<HttpResponseMessage> DeidentifyAsync(ServiceFixture service, FormPart reference) =>
        service.PostAsync(Deidentified.Path, "image/png", Requests.Image(Pictures.Face), ("method", "mask"), reference);

    private static Task<HttpResponseMessage> LandmarksAsync(ServiceFixture service, byte[] image) =>
        service.PostAsync("/v1/landmarks", "image/png", Requests.Image(image));

    private static Task<byte[]> SealedAsync(ServiceFixture service) => Sealed.SealedAsync(service, Sealed.Picture, Key32);

    private static Task<HttpResponseMessage> RestoreAsync(
        ServiceFixture service, byte[] image, string? key, params FormPart[] parts) =>
        Sealed.RestoreAsync(service, image, key, parts);

    private static Task<HttpResponseMessage> CollectAsync(ServiceFixture service, params FormPart[] parts) =>
        service.PostAsync("/v1/collections", "application/zip", parts);

    private static async Task<HttpResponseMessage> PostRawAsync(ServiceFixture service, string body, string contentType)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        return await SendAsync(service, HttpMethod.Post, "/v1/detect", content);
    }

    private static async Task<HttpResponseMessage> SendWithAsync(ServiceFixture service, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/detect", UriKind.Relative));
        request.Headers.Accept.ParseAdd("image/png");
        request.Headers.TryAddWithoutValidation(header, value);
        return await service.Client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> SendAsync(
        ServiceFixture service, HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = content };
        request.Headers.Accept.ParseAdd("image/png");
        return await service.Client.SendAsync(request);
    }
}

/// <summary>A service whose only worker slot is taken until it is released.</summary>
internal sealed class BusyService : IAsyncDisposable
{
    private readonly ManualResetEventSlim _released = new();
    private readonly Task _work;

    private BusyService(ServiceFixture service)
    {
        Service = service;
        _work = service.Services.GetRequiredService<WorkerGate>()
            .RunAsync(() => _released.Wait(Patience.Long), CancellationToken.None);
    }

    public ServiceFixture Service { get; }

    /// <summary>How many requests wait for the worker.</summary>
    public int Waiting => Service.Services.GetRequiredService<WorkerGate>().Waiting;

    public static BusyService Start(params (string Key, string Value)[] settings) =>
        new(ServiceFixture.With([("FaceDeid:Limits:Workers", "1"), .. settings]));

    /// <summary>The same on real Kestrel.</summary>
    public static BusyService OnKestrel(params (string Key, string Value)[] settings)
    {
        var service = ServiceFixture.OnKestrel([("FaceDeid:Limits:Workers", "1"), .. settings]);
        return new BusyService(service);
    }

    public void Release() => _released.Set();

    public async ValueTask DisposeAsync()
    {
        Release();
        await _work;
        await Service.DisposeAsync();
        _released.Dispose();
    }
}
