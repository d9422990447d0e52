using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Models;

/// <summary>
/// One line of <c>models/manifest.json</c>: a file the service needs, where it comes from and what its licence asks.
/// </summary>
/// <param name="Name">Name the code asks for it by.</param>
/// <param name="File">File name in the cache folder.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="Source">The package that ships it.</param>
/// <param name="Sha256">Hash of the file, lower-case hexadecimal.</param>
/// <param name="Size">Size of the file in bytes.</param>
/// <param name="License">Its licence.</param>
/// <param name="Consequences">What that licence means for whoever runs the service.</param>
public sealed record ModelEntry(
    string Name, string File, string Purpose, ModelSource Source, string Sha256, long Size, string License, string Consequences);

/// <summary>The package a model file comes from.</summary>
/// <param name="Kind">Kind of package: <c>deb</c> or <c>npm</c>.</param>
/// <param name="Package">Package name.</param>
/// <param name="Version">Package version the hash was taken from.</param>
/// <param name="Path">Path of the file inside the package.</param>
public sealed record ModelSource(string Kind, string Package, string Version, string Path);

/// <summary>The models folder: the manifest and, in <c>cache/</c>, the files it names, checked against their hashes.</summary>
public sealed class ModelManifest
{
    private const string FileName = "manifest.json";
    private readonly string _directory;

    private ModelManifest(string directory, IReadOnlyList<ModelEntry> models)
    {
        _directory = directory;
        Models = models;
    }

    /// <summary>The models, in the manifest's order.</summary>
    public IReadOnlyList<ModelEntry> Models { get; }

    /// <summary>Reads <c>manifest.json</c> in a folder.</summary>
    /// <param name="directory">
    /// The folder. A relative one is looked for in the working directory, then beside the binaries and in the folders above them.
    /// </param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: there is none, or it cannot be read.
    /// </exception>
    public static ModelManifest Load(string directory)
    {
        directory = Find(directory);
        var path = Path.Combine(directory, FileName);
        try
        {
            using var file = File.OpenRead(path);
            var content = JsonSerializer.Deserialize(file, ModelManifestJson.Default.ModelManifestContent);
            return new ModelManifest(directory, content?.Models ?? throw new JsonException("It lists no models."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The model manifest {path} cannot be read ({e.Message}). Set FaceDeid:Models:Directory to the folder "
                + "that holds it.", e);
        }
    }

    /// <summary>Where a file of the models' folder lies, whether it is there or not.</summary>
    public string PathOf(string file) => Path.Combine(_directory, file);

    /// <summary>The path of a model's file, after its hash was found right.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: not listed, missing or altered.
    /// </exception>
    public string Verified(string name)
    {
        var model = Models.FirstOrDefault(m => string.Equals(m.Name, name, StringComparison.Ordinal))
            ?? throw new FaceDeidException(
                FaceDeidError.ModelUnavailable,
                $"The model '{name}' is not listed in {_directory}/{FileName}. Restore that file from the release.");
        var path = PathOf(Path.Combine("cache", model.File));
        try
        {
            using var file = File.OpenRead(path);
            var hash = Convert.ToHexStringLower(SHA256.HashData(file));
            return string.Equals(hash, model.Sha256, StringComparison.Ordinal)
                ? path
                : throw new FaceDeidException(
                    FaceDeidError.ModelUnavailable,
                    $"The model file {path} is altered: its SHA-256 is {hash}, not {model.Sha256}. Delete it and run "
                    + "'make models'.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FaceDeidException(
                FaceDeidError.ModelUnavailable, $"The model file {path} is missing or cannot be read. Run 'make models'.", e);
        }
    }

    /// <summary>
    /// The path of a file that the operator put beside the models, whose hash nobody knows; null when it is not there.
    /// </summary>
    internal string? Unlisted(string file)
    {
        var path = Path.Combine(_directory, "cache", file);
        return File.Exists(path) ? path : null;
    }

    private static string Find(string directory)
    {
        if (File.Exists(Path.Combine(directory, FileName)))
            return directory;
        for (var above = new DirectoryInfo(AppContext.BaseDirectory); above is not null; above = above.Parent)
        {
            if (File.Exists(Path.Combine(above.FullName, directory, FileName)))
                return Path.Combine(above.FullName, directory);
        }

        return directory;
    }
}

/// <summary>What <c>manifest.json</c> holds.</summary>
internal sealed record ModelManifestContent(int Schema, List<ModelEntry> Models);

/// <summary>Made by the compiler: to look at the classes by reflection takes 20 ms of a start.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ModelManifestContent))]
internal sealed partial class ModelManifestJson : JsonSerializerContext;
