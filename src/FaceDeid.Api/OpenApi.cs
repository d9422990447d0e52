using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Nodes;
using FaceDeid.Api.Collections;
using FaceDeid.Api.Evaluate;
using FaceDeid.Api.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace FaceDeid.Api;

/// <summary>The OpenAPI document at <c>/swagger/v1/swagger.json</c> and Swagger UI at <c>/swagger</c>.</summary>
internal static class OpenApi
{
    public static void AddOpenApi(this IServiceCollection services)
    {
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(options =>
        {
            options.SwaggerDoc("v1", new OpenApiInfo
            {
                Title = "FaceDeid",
                Version = "v1",
                Description = "De-identifies faces in pictures. Pictures are sent as multipart/form-data and never stored; every "
                    + "error is a problem document (RFC 9457) whose `code` names the cause.",
            });
            foreach (var file in Directory.GetFiles(AppContext.BaseDirectory, "FaceDeid*.xml"))
                options.IncludeXmlComments(file);
            options.UseInlineDefinitionsForEnums();
            options.SupportNonNullableReferenceTypes();
            options.NonNullableReferenceTypesAsRequired();
            options.CustomSchemaIds(type => type.DeclaringType is { } outer ? $"{outer.Name}.{type.Name}" : type.Name);
            options.OperationFilter<AnswerDescriptions>();
            options.SchemaFilter<OptionalFields>();
            options.AddSecurityDefinition("ApiKey", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Header,
                Name = FaceDeidHeaders.ApiKey,
                Description = "Needed only where the operator configured keys or tokens; then one of the two.",
            });
            options.AddSecurityDefinition("Bearer", new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                BearerFormat = "JWT",
                Description = "A token of the issuer that the operator trusts. Restoring needs the scope "
                    + $"`{Scopes.InToken(Scopes.Restore)}`, evaluating `{Scopes.InToken(Scopes.Evaluate)}`, seeing everybody's "
                    + $"recordings `{Scopes.InToken(Scopes.Videos)}`, seeing originals in a review "
                    + $"`{Scopes.InToken(Scopes.Review)}`.",
            });
            options.AddSecurityRequirement(_ => []);
            options.AddSecurityRequirement(document =>
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("ApiKey", document)] = [] });
            options.AddSecurityRequirement(document =>
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("Bearer", document)] = [] });
        });
    }

    public static void UseOpenApi(this WebApplication app)
    {
        // Below /swagger only: the middleware asks for its generator, which reads all documentation, whatever the request is.
        app.UseWhen(context => context.Request.Path.StartsWithSegments("/swagger", StringComparison.OrdinalIgnoreCase), swagger =>
        {
            swagger.UseSwagger();
            swagger.UseSwaggerUI(ui =>
            {
                ui.DocumentTitle = "FaceDeid";
                ui.SwaggerEndpoint("v1/swagger.json", "FaceDeid v1"); // beside the page, below whatever path a proxy offers it
                ui.DefaultModelsExpandDepth(0);
            });
        });
        app.MapMethods("/", [HttpMethods.Get, HttpMethods.Head], ToPage).ExcludeFromDescription();

        static RedirectHttpResult ToPage(HttpRequest request) => TypedResults.Redirect($"{request.PathBase}/swagger/index.html");
    }

    /// <summary>
    /// Swagger UI fills every field in, with its example or else with an invented value. A form field that has no default gets an
    /// empty example: it is sent empty, which means not at all. No list is required: an empty one is one that was not sent.
    /// </summary>
    private sealed class OptionalFields : ISchemaFilter
    {
        public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
        {
            if (context.MemberInfo is null && schema is OpenApiSchema { Required: { } required, Properties: { } properties }
                && context.Type.Name.EndsWith("Form", StringComparison.Ordinal))
                required.ExceptWith([.. required.Where(name => properties[name].Type?.HasFlag(JsonSchemaType.Array) == true)]);
#pragma warning disable CS0618 // OpenAPI 3.0 knows one example only, and Swashbuckle puts those of the XML comments there too
            var isFormField = context.MemberInfo?.DeclaringType is { } owner
                && owner.Name.EndsWith("Form", StringComparison.Ordinal);
            if (context.MemberInfo?.GetCustomAttribute<AllowedValuesAttribute>() is { } allowed && schema is OpenApiSchema choice)
                choice.Enum = [.. allowed.Values.Select(value => (JsonNode)WireNames.Of((Enum)value!))];
            if (isFormField && schema is OpenApiSchema { Default: null, Example: null, Format: not "binary" } field)
            {
                field.Example =
                    field.Type?.HasFlag(JsonSchemaType.Array) == true ? new JsonArray() : JsonValue.Create(string.Empty);
            }
#pragma warning restore CS0618
        }
    }

    /// <summary>
    /// Adds what signatures cannot say: answers of pictures, archives and evaluations with their headers, and which causes lie
    /// behind a status.
    /// </summary>
    private sealed class AnswerDescriptions : IOperationFilter
    {
        public void Apply(OpenApiOperation operation, OperationFilterContext context)
        {
            var metadata = context.ApiDescription.ActionDescriptor.EndpointMetadata;
            if (metadata.OfType<PictureAnswerMetadata>().SingleOrDefault() is { } picture
                && operation.Responses?["200"] is OpenApiResponse answer)
                DescribePicture(answer, picture);
            if (metadata.OfType<ArchiveAnswerMetadata>().SingleOrDefault() is { } archive
                && operation.Responses?["200"] is OpenApiResponse collection)
                DescribeArchive(collection, archive);
            if (metadata.OfType<EvaluationAnswerMetadata>().SingleOrDefault() is { } evaluation
                && operation.Responses?["200"] is OpenApiResponse report)
                DescribeEvaluation(report, evaluation);
            foreach (var row in metadata.OfType<ProblemKind>().GroupBy(kind => kind.Status))
            {
                if (operation.Responses?[$"{row.Key}"] is OpenApiResponse problem)
                    problem.Description = string.Join(' ', row.Select(kind => $"`{kind.Code}`: {kind.Title}"));
            }
        }

        private static void DescribePicture(OpenApiResponse answer, PictureAnswerMetadata picture)
        {
            answer.Description = picture.Description;
            answer.Content ??= new Dictionary<string, IOpenApiMediaType>(StringComparer.Ordinal);
            foreach (var format in AnswerFormats.Pictures)
                answer.Content[format.MediaType()] = Binary();
            answer.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
            {
                [FaceDeidHeaders.Method] = Header("What was done to the picture.", JsonSchemaType.String),
                [FaceDeidHeaders.Detector] = Header("The detector, where faces were looked for.", JsonSchemaType.String),
                [FaceDeidHeaders.Faces] = Header(
                    "How many faces were treated, where the call looks at faces.", JsonSchemaType.Integer),
                [FaceDeidHeaders.Notes] = Header(
                    "What was done to the picture before faces were looked for, where that changes what is seen: "
                    + "`colorConverted`, `toneMapped`, `damaged`, `contrastStretched`, separated by commas; left out: nothing.",
                    JsonSchemaType.String),
            };
            if (picture.IsSidecar)
                answer.Content[MixedAnswer.SidecarType] = Binary();
            if (picture.IsSealed)
            {
                answer.Headers[FaceDeidHeaders.Sealed] = Header(
                    "How many faces are sealed, or scrambled for a key, in the picture or beside it.", JsonSchemaType.Integer);
            }

            if (!picture.HasReport)
                return;
            answer.Content[AnswerFormat.Multipart.MediaType()] = Binary();
            answer.Headers[FaceDeidHeaders.Fallbacks] = Header(
                "How many faces got a stronger method than the one asked for; the report says why.", JsonSchemaType.Integer);
            answer.Headers[FaceDeidHeaders.Uncertain] = Header(
                "How many faces may be none (`certainty` is `low`), where faces were looked for.", JsonSchemaType.Integer);
            answer.Headers[FaceDeidHeaders.Unmatched] = Header(
                "How many of the photos of `keep` and `only` show nobody in the picture, where some were sent.",
                JsonSchemaType.Integer);
        }

        private static void DescribeArchive(OpenApiResponse answer, ArchiveAnswerMetadata archive)
        {
            answer.Description = archive.Description;
            answer.Content = new Dictionary<string, IOpenApiMediaType>(StringComparer.Ordinal)
            {
                [AnswerFormat.Zip.MediaType()] = Binary(),
            };
            answer.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
            {
                [FaceDeidHeaders.Method] = Header("The algorithm.", JsonSchemaType.String),
                [FaceDeidHeaders.Faces] = Header("How many faces are in the groups.", JsonSchemaType.Integer),
            };
        }

        private static void DescribeEvaluation(OpenApiResponse answer, EvaluationAnswerMetadata evaluation)
        {
            answer.Description = evaluation.Description;
            // Whose schema is known.
            foreach (var format in AnswerFormats.OfferedBy<EvaluateForm>().Where(format => format != AnswerFormat.Json))
                answer.Content![format.MediaType()] = format is AnswerFormat.Png or AnswerFormat.Zip ? Binary() : Text();
        }

        private static OpenApiMediaType Text() => new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

        private static OpenApiMediaType Binary() =>
            new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };

        private static OpenApiHeader Header(string description, JsonSchemaType type) =>
            new() { Description = description, Schema = new OpenApiSchema { Type = type } };
    }
}
