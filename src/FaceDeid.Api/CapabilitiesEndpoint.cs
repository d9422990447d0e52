using System.Reflection;
using FaceDeid.Api.Keys;
using FaceDeid.Collections;
using FaceDeid.Faces;
using FaceDeid.Imaging;
using FaceDeid.Models;
using FaceDeid.Sealing.Keys;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api;

/// <summary><c>GET /v1/capabilities</c>: what this service can do, with which models, within which limits.</summary>
internal static class CapabilitiesEndpoint
{
    private static CapabilitiesResponse.VideoLimits? LimitsOf(VideoSettings videos) => videos.AreOn
        ? new CapabilitiesResponse.VideoLimits(
            videos.MaxMegabytes, videos.MaxHours, videos.MaxFrames, videos.MaxSide, videos.MaxStreams, videos.RetentionSeconds)
        : null;

    private static readonly string Version = typeof(CapabilitiesEndpoint).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Ok<CapabilitiesResponse> Get(
        ModelManifest manifest, FacePipeline pipeline, InputFormats formats, IServiceProvider services,
            KeyRing ring, IOptions<FaceDeidOptions> options)
    {
        var key = services.GetService<CertificateKey>();
        var limits = options.Value.Limits;
        return TypedResults.Ok(new CapabilitiesResponse(
            Version,
            pipeline.Detectors,
            ["overlay", .. Enum.GetNames<DeidentificationMethod>().Select(WireNames.OfProperty)],
            Enum.GetValues<KSameAlgorithm>(),
            Enum.GetValues<Threat>(),
            Enum.GetValues<Recogniser>(),
            formats.Readable,
            [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp],
            [.. manifest.Models.Select(m => new CapabilitiesResponse.Model(
                m.Name, m.Purpose, $"{m.Source.Package} {m.Source.Version}", m.Sha256, m.License, m.Consequences))],
            key is null ? null : new CapabilitiesResponse.SigningKey(key.Id, key.PublicKeyPem),
            [.. ring.Keys.Select(named => new CapabilitiesResponse.SealingKeyInfo(
                named.Key, named.Value.Kind, named.Value is not EllipticCurveKey { CanOpen: false }))],
            new CapabilitiesResponse.LimitValues(
                limits.MaxUploadMegabytes, limits.MaxMegapixels, limits.MaxSide,
                limits.RequestTimeoutSeconds, limits.RequestsPerMinute,
                limits.MaxCollectionMegabytes, limits.MaxCollectionFaces, limits.CollectionTimeoutSeconds, limits.MaxCollections,
                limits.MaxEvaluationRows),
            LimitsOf(options.Value.Videos),
            options.Value.Videos.AreOn && options.Value.Webhooks.AreOn));
    }
}
