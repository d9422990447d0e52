using System.Text.Json.Nodes;

namespace FaceDeid.Api.Tests;

/// <summary>One part of a multipart form: a text field, or a file when it has a file name.</summary>
internal readonly record struct FormPart(string Name, byte[] Content, string? FileName)
{
    public static implicit operator FormPart((string Name, string Text) field) =>
        new(field.Name, System.Text.Encoding.UTF8.GetBytes(field.Text), FileName: null);

    public static implicit operator FormPart((string Name, byte[] Content, string FileName) file) =>
        new(file.Name, file.Content, file.FileName);
}

internal static class Requests
{
    /// <summary>A multipart body: <c>Form(("image", bytes, "face.jpg"), ("detector", "haar"))</c>.</summary>
    public static MultipartFormDataContent Form(params FormPart[] parts)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, content, fileName) in parts)
        {
            var part = new ByteArrayContent(content);
            if (fileName is null)
                form.Add(part, name);
            else
                form.Add(part, name, fileName);
        }

        return form;
    }

    /// <summary>A picture as the part <c>image</c>.</summary>
    public static FormPart Image(byte[] picture) => ("image", picture, "picture");

    public static async Task<JsonNode> JsonAsync(this HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!;

    public static Task<byte[]> BytesAsync(this HttpResponseMessage response) => response.Content.ReadAsByteArrayAsync();
}
