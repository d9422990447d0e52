using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Calls that seal and restore.</summary>
internal static class Sealed
{
    public const string Path = "/v1/seal";
    public const string RestorePath = "/v1/restore";
    public const string RewrapPath = "/v1/seal/rewrap";
    public const string KeyHeader = "X-FaceDeid-Key";

    /// <summary>A face as PNG, so that every pixel of it can come back.</summary>
    public static byte[] Picture { get; } = Pictures.Rewritten(Pictures.WholeFace, ".png");

    /// <summary>Seven people as PNG.</summary>
    public static byte[] Group { get; } = Pictures.Rewritten(Pictures.Group, ".png");

    /// <summary>A key in Base64.</summary>
    public static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Seals a picture quickly: HOG, a mask, unverified, where the options do not say otherwise.</summary>
    public static Task<HttpResponseMessage> SealAsync(
        ServiceFixture service, byte[] image, string? key, params FormPart[] options) =>
        PostAsync(service, Path, key, [Requests.Image(image), .. Defaults(options), .. options]);

    /// <summary>Seals a picture, which carries its seal.</summary>
    public static async Task<byte[]> SealedAsync(ServiceFixture service, byte[] image, string? key, params FormPart[] options)
    {
        using var answer = await SealAsync(service, image, key, options);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{answer.StatusCode}");
        return await answer.BytesAsync();
    }

    /// <summary>Restores a picture.</summary>
    public static Task<HttpResponseMessage> RestoreAsync(
        ServiceFixture service, byte[] image, string? key, params FormPart[] options) =>
        PostAsync(service, RestorePath, key, [Requests.Image(image), .. options]);

    /// <summary>Changes the keys of a picture's seal.</summary>
    public static Task<HttpResponseMessage> RewrapAsync(
        ServiceFixture service, byte[] image, string? key, params FormPart[] options) =>
        PostAsync(service, RewrapPath, key, [Requests.Image(image), .. options]);

    /// <summary>Restores a picture, and asserts that it is the original.</summary>
    public static async Task AssertRestoresAsync(
        ServiceFixture service, byte[] original, byte[] image, string? key, params FormPart[] options)
    {
        using var answer = await RestoreAsync(service, image, key, options);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        Assert.Equal("image/png", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal(Samples(original), Samples(await answer.BytesAsync()));
    }

    /// <summary>Asserts that an answer is a problem document of this code; disposes of it.</summary>
    public static async Task<JsonNode> AssertRefusedAsync(string code, Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.JsonAsync();
        Assert.Equal(code, (string)problem["code"]!);
        return problem;
    }

    /// <summary>A picture's samples as libvips reads them.</summary>
    public static byte[] Samples(byte[] file)
    {
        using var image = Image.NewFromBuffer(file);
        return image.WriteToMemory<byte>();
    }

    /// <summary>What an attacker makes of two sealed PNG files: the second one with the seal of the first.</summary>
    public static byte[] WithSealOf(byte[] first, byte[] second)
    {
        return [.. second[..Chunk(second).Start], .. first[Chunk(first)], .. second[Chunk(second).End..]];

        static Range Chunk(byte[] png)
        {
            var start = png.AsSpan().IndexOf("fdSe"u8) - 4;
            return start..(start + 12 + BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(start)));
        }
    }

    private static IEnumerable<FormPart> Defaults(FormPart[] options) =>
        new FormPart[] { ("detector", "hog"), ("method", "mask"), ("verify", "false") }
            .Where(part => !Array.Exists(options, option => string.Equals(option.Name, part.Name, StringComparison.Ordinal)));

    public static async Task<HttpResponseMessage> PostAsync(
        ServiceFixture service, string path, string? key, params FormPart[] parts)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = Requests.Form(parts),
        };
        if (key is not null)
            request.Headers.Add(KeyHeader, key);
        return await service.Client.SendAsync(request);
    }
}
