using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;

namespace FaceDeid.Api.Forms;

/// <summary>
/// A multipart form bound to the properties of <typeparamref name="T"/>. The framework's own form binding is not used: it takes
/// the first of two parts of one name, fails on a text field where a file is meant, reads <c>77</c> and <c>a,b</c> as enum
/// values, and quotes what it was sent in its error texts.
/// </summary>
internal sealed record Form<T>(T Value) : IEndpointParameterMetadataProvider
    where T : class, new()
{
    public static async ValueTask<Form<T>?> BindAsync(HttpContext context) =>
        new((await FormReader.ReadAsync(context)).Bind<T>());

    public static void PopulateMetadata(ParameterInfo parameter, EndpointBuilder builder) =>
        builder.Metadata.Add(new AcceptsMetadata(["multipart/form-data"], typeof(T)));
}
