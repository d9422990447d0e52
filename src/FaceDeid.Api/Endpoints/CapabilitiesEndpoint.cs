using System.Reflection;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Hosting;
using FaceDeid.Deidentification;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Models;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Endpoints;

/// <summary><c>GET /v1/capabilities</c>: what this service can do, with which models, within which limits.</summary>
internal static class CapabilitiesEndpoint
{
    private static readonly string Version =
        typeof(CapabilitiesEndpoint).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Ok<CapabilitiesResponse> Get(ModelManifest manifest, DeidentificationPipeline pipeline, IOptions<FaceDeidOptions> options)
    {
        var limits = options.Value.Limits;
        return TypedResults.Ok(new CapabilitiesResponse(
            Version,
            pipeline.Detectors,
            ["overlay", .. Enum.GetNames<DeidentificationMethod>().Select(FormBinder.FieldName)],
            Enum.GetValues<ImageFormat>(),
            [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp],
            [.. manifest.Models.Select(m => new CapabilitiesResponse.Model(
                m.Name, m.Purpose, $"{m.Source.Package} {m.Source.Version}", m.Sha256, m.License, m.Consequences))],
            new CapabilitiesResponse.LimitValues(
                limits.MaxUploadMegabytes, limits.MaxMegapixels, limits.MaxSide, limits.RequestTimeoutSeconds, limits.RequestsPerMinute)));
    }
}

/// <summary>What this service can do.</summary>
/// <param name="Version">Version of the service.</param>
/// <param name="Detectors">The face detectors.</param>
/// <param name="Methods">What can be done to a face.</param>
/// <param name="InputFormats">Picture formats that are read.</param>
/// <param name="OutputFormats">Picture formats that are written.</param>
/// <param name="Models">The models in use.</param>
/// <param name="Limits">The limits in force.</param>
public sealed record CapabilitiesResponse(
    string Version,
    IReadOnlyList<DetectorKind> Detectors,
    IReadOnlyList<string> Methods,
    IReadOnlyList<ImageFormat> InputFormats,
    IReadOnlyList<ImageFormat> OutputFormats,
    IReadOnlyList<CapabilitiesResponse.Model> Models,
    CapabilitiesResponse.LimitValues Limits)
{
    /// <summary>A model in use.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Purpose">What it is for.</param>
    /// <param name="Source">Package and version it comes from.</param>
    /// <param name="Sha256">Hash of the file.</param>
    /// <param name="License">Its licence.</param>
    /// <param name="Consequences">What the licence means for whoever runs the service.</param>
    public sealed record Model(string Name, string Purpose, string Source, string Sha256, string License, string Consequences);

    /// <summary>The limits in force.</summary>
    /// <param name="MaxUploadMegabytes">Largest picture file, in megabytes of 1,000,000 bytes.</param>
    /// <param name="MaxMegapixels">Largest picture, in 1,000,000 pixels.</param>
    /// <param name="MaxSide">Longest side of a picture, in pixels.</param>
    /// <param name="RequestTimeoutSeconds">Longest time for a request, upload included, in seconds.</param>
    /// <param name="RequestsPerMinute">Requests one client may send in a minute; 0: not limited.</param>
    public sealed record LimitValues(int MaxUploadMegabytes, int MaxMegapixels, int MaxSide, int RequestTimeoutSeconds, int RequestsPerMinute);
}
