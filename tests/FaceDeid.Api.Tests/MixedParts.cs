using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>A part of an answer.</summary>
internal sealed record MixedPart(string Name, string Type, byte[] Content);

internal static class MixedParts
{
    /// <summary>The parts of a multipart/mixed answer, in their order.</summary>
    public static async Task<IReadOnlyList<MixedPart>> PartsAsync(this HttpResponseMessage answer)
    {
        var type = MediaTypeHeaderValue.Parse(answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("multipart/mixed", type.MediaType.ToString());
        var reader = new MultipartReader(
            HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), await answer.Content.ReadAsStreamAsync());
        var parts = new List<MixedPart>();
        while (await reader.ReadNextSectionAsync() is { } part)
        {
            using var content = new MemoryStream();
            await part.Body.CopyToAsync(content);
            parts.Add(new MixedPart(
                ContentDispositionHeaderValue.Parse(part.ContentDisposition!).Name.ToString(),
                part.ContentType!, content.ToArray()));
        }

        return parts;
    }

    /// <summary>The contents of the parts, by name.</summary>
    public static async Task<Dictionary<string, byte[]>> ContentsAsync(this HttpResponseMessage answer) =>
        (await answer.PartsAsync()).ToDictionary(part => part.Name, part => part.Content, StringComparer.Ordinal);
}
