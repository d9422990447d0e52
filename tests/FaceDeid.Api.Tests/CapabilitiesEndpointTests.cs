using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FaceDeid.Api.Settings;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>GET /v1/capabilities</c> promises nothing that the service does not keep.</summary>
public sealed class CapabilitiesEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task The_answer_has_its_fields_in_a_fixed_order()
    {
        var capabilities = await GetAsync(service);

        Assert.Equal(
            "version detectors methods algorithms threats recognisers inputFormats outputFormats models sealingKeys limits "
            + "webhooks",
            Keys(capabilities));
        Assert.Equal("name purpose source sha256 license consequences", Keys(capabilities["models"]![0]!));
        Assert.Equal(
            "maxUploadMegabytes maxMegapixels maxSide requestTimeoutSeconds requestsPerMinute maxCollectionMegabytes "
            + "maxCollectionFaces collectionTimeoutSeconds maxCollections maxEvaluationRows",
            Keys(capabilities["limits"]!));
        Assert.Equal(
            """["k-same-pixel","k-same-eigen","k-same-m","k-same-select","k-same-furthest","k-diff-furthest"]""",
            capabilities["algorithms"]!.ToJsonString());
        Assert.Equal("""["naive","samePhoto","reverse","parrot","reconstruction"]""", capabilities["threats"]!.ToJsonString());
        Assert.Equal("""["eigenfaces","lbph","embedding"]""", capabilities["recognisers"]!.ToJsonString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", (string)capabilities["version"]!);
        Assert.Equal(
            """["overlay","replace","average","blur","pixelate","mask","eyebar","threshold","merge","scramble"]""",
            capabilities["methods"]!.ToJsonString());
    }

    [Fact]
    public async Task Its_models_are_the_manifests_and_their_hashes_the_files()
    {
        var manifest = JsonNode.Parse(
            await File.ReadAllTextAsync(Path.Combine(TestFiles.Root, "models", "manifest.json")))!["models"]!.AsArray();
        var models = (await GetAsync(service))["models"]!.AsArray();

        Assert.Equal(manifest.Count, models.Count);
        foreach (var (listed, shown) in manifest.Zip(models))
        {
            foreach (var field in new[] { "name", "purpose", "sha256", "license", "consequences" })
                Assert.Equal((string)listed![field]!, (string)shown![field]!);
            Assert.Equal($"{listed!["source"]!["package"]} {listed["source"]!["version"]}", (string)shown!["source"]!);

            await using var file = File.OpenRead(Path.Combine(TestFiles.Root, "models", "cache", (string)listed["file"]!));
            Assert.Equal(Convert.ToHexStringLower(await SHA256.HashDataAsync(file)), (string)shown["sha256"]!);
        }
    }

    [Fact]
    public async Task Every_detector_and_output_format_it_names_is_taken()
    {
        var capabilities = await GetAsync(service);
        // This face is no profile.
        foreach (var detector in Texts(capabilities["detectors"]!).Where(name => name is not "haarProfile"))
        {
            using var looked = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Face), ("detector", detector));
            Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
            if (detector is "haarProfile")
                continue; // it sees no face from the front, and without a face there is no picture

            foreach (var format in Texts(capabilities["outputFormats"]!))
            {
                using var response = await service.PostAsync(
                    "/v1/landmarks", Requests.Image(Pictures.Face), ("detector", detector), ("format", format));
                Assert.Equal(HttpStatusCode.OK, response.StatusCode);
                Assert.Equal($"image/{format}", response.Content.Headers.ContentType?.MediaType);
            }
        }

        Assert.Equal("auto hog haar ultraFace haarProfile", string.Join(' ', Texts(capabilities["detectors"]!)));
        Assert.Equal("png jpeg webp", string.Join(' ', Texts(capabilities["outputFormats"]!)));
    }

    [Fact]
    public async Task Every_input_format_it_names_is_read()
    {
        var formats = Texts((await GetAsync(service))["inputFormats"]!).ToList();
        foreach (var format in formats)
        {
            var file = Pictures.In(format, Pictures.Face);
            using var response = await service.PostAsync("/v1/detect", Requests.Image(file));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Single((await response.JsonAsync())["faces"]!.AsArray());
        }

        Assert.Equal("png jpeg webp tiff avif heic gif bmp jpegXl", string.Join(' ', formats));
    }

    [Fact]
    public async Task Its_limits_are_those_in_force()
    {
        await using var strict = ServiceFixture.With(
            ("FaceDeid:Limits:MaxUploadMegabytes", "3"), ("FaceDeid:Limits:MaxMegapixels", "4"),
            ("FaceDeid:Limits:MaxSide", "500"),
            ("FaceDeid:Limits:RequestTimeoutSeconds", "6"), ("FaceDeid:Limits:RequestsPerMinute", "7"),
            ("FaceDeid:Limits:MaxCollectionMegabytes", "8"), ("FaceDeid:Limits:MaxCollectionFaces", "9"),
            ("FaceDeid:Limits:CollectionTimeoutSeconds", "10"),
            ("FaceDeid:Limits:MaxCollections", "11"), ("FaceDeid:Limits:MaxEvaluationRows", "12"));

        Assert.Equal(
            """{"maxUploadMegabytes":3,"maxMegapixels":4,"maxSide":500,"requestTimeoutSeconds":6,"requestsPerMinute":7,"maxCollectionMegabytes":8,"maxCollectionFaces":9,"collectionTimeoutSeconds":10,"maxCollections":11,"maxEvaluationRows":12}""",
            (await GetAsync(strict))["limits"]!.ToJsonString());
        Assert.Equal(
            """{"maxUploadMegabytes":40,"maxMegapixels":80,"maxSide":16384,"requestTimeoutSeconds":300,"requestsPerMinute":0"""
                + ""","maxCollectionMegabytes":500,"maxCollectionFaces":2000,"collectionTimeoutSeconds":900,"maxCollections":1"""
                + ""","maxEvaluationRows":1000}""",
            (await GetAsync(service))["limits"]!.ToJsonString());
    }

    [Fact]
    public async Task The_service_starts_with_every_limit_at_its_smallest()
    {
        var limits = typeof(LimitSettings).GetProperties()
            .Select(p => (p.Name, Range: p.GetCustomAttribute<RangeAttribute>()!)).ToList();
        Assert.True(limits.Count >= 9);
        await using var smallest = ServiceFixture.With(
            [.. limits.Select(limit => ($"FaceDeid:Limits:{limit.Name}", $"{limit.Range.Minimum}"))]);

        using var response = await smallest.PostAsync("/v1/detect", Requests.Image(Pictures.Face));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static string Keys(JsonNode node) => string.Join(' ', node.AsObject().Select(property => property.Key));

    private static IEnumerable<string> Texts(JsonNode list) => list.AsArray().Select(item => (string)item!);

    internal static async Task<JsonNode> GetAsync(ServiceFixture service)
    {
        using var response = await service.Client.GetAsync(new Uri("/v1/capabilities", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return await response.JsonAsync();
    }
}
