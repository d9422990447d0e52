using System.Security.Cryptography;
using FaceDeid.Models;
using Xunit;

namespace FaceDeid.Tests.Models;

public sealed class ModelManifestTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-test-");

    private string Manifest => Path.Combine(_folder.FullName, "manifest.json");

    private string Model => Path.Combine(_folder.FullName, "cache", "eyes.bin");

    [Fact]
    public void The_manifest_of_this_repository_verifies()
    {
        var manifest = ModelManifest.Load(Engine.ModelsDirectory);

        Assert.NotEmpty(manifest.Models);
        foreach (var model in manifest.Models)
        {
            Assert.Equal(model.Size, new FileInfo(manifest.Verified(model.Name)).Length);
            Assert.All(
                [model.Purpose, model.License, model.Consequences, model.Source.Package, model.Source.Version, model.Source.Path],
                text => Assert.False(string.IsNullOrWhiteSpace(text)));
        }
    }

    [Fact]
    public void A_relative_folder_is_found_above_the_binaries() =>
        Assert.Equal(ModelManifest.Load(Engine.ModelsDirectory).Models, ModelManifest.Load("models").Models);

    [Fact]
    public void An_intact_model_is_given_by_its_path()
    {
        Write("eyes");

        Assert.Equal(Model, ModelManifest.Load(_folder.FullName).Verified("eyes"));
    }

    [Fact]
    public void A_missing_manifest_says_which_and_what_to_set() => AssertUnreadable();

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"schema\":1,\"models\":null}")]
    [InlineData("{\"schema\":1,\"models\":[{\"name\":1}]}")]
    public void A_manifest_that_is_no_manifest_says_which_and_what_to_set(string content)
    {
        File.WriteAllText(Manifest, content);

        AssertUnreadable();
    }

    [Fact]
    public void A_model_that_is_not_listed_is_named()
    {
        Write("eyes");

        var message = Refusal.Of(FaceDeidError.ModelUnavailable, () => ModelManifest.Load(_folder.FullName).Verified("ears"));

        Assert.Contains("'ears' is not listed", message, StringComparison.Ordinal);
        Assert.Contains(Manifest, message, StringComparison.Ordinal);
        Assert.Contains("Restore", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named_with_the_command_that_fetches_it()
    {
        Write("eyes");
        File.Delete(Model);

        AssertUnavailable("missing", "make models");
    }

    [Fact]
    public void A_missing_cache_folder_is_the_same()
    {
        Write("eyes");
        Directory.Delete(Path.GetDirectoryName(Model)!, recursive: true);

        AssertUnavailable("missing", "make models");
    }

    [Fact]
    public void An_altered_file_is_named_with_both_hashes_and_what_to_do()
    {
        Write("eyes");
        File.WriteAllText(Model, "eyez");

        AssertUnavailable("altered", Hash("eyes"), Hash("eyez"), "Delete it and run 'make models'");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Hash(string content) =>
        Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(content)));

    private void Write(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Model)!);
        File.WriteAllText(Model, content);
        File.WriteAllText(Manifest, $$"""
            { "schema": 1, "models": [ {
              "name": "eyes", "file": "eyes.bin", "purpose": "a test", "sha256": "{{Hash(content)}}", "size": {{content.Length}},
              "source": { "kind": "deb", "package": "p", "version": "1", "path": "/p" }, "license": "l", "consequences": "c" } ] }
            """);
    }

    private void AssertUnreadable()
    {
        var message = Refusal.Of(FaceDeidError.ModelUnavailable, () => ModelManifest.Load(_folder.FullName));

        Assert.Contains(Manifest, message, StringComparison.Ordinal);
        Assert.Contains("FaceDeid:Models:Directory", message, StringComparison.Ordinal);
    }

    private void AssertUnavailable(params string[] parts)
    {
        var message = Refusal.Of(FaceDeidError.ModelUnavailable, () => ModelManifest.Load(_folder.FullName).Verified("eyes"));

        Assert.All([.. parts, Model], part => Assert.Contains(part, message, StringComparison.Ordinal));
    }
}
