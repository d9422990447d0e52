using System.Collections.Concurrent;
using FaceDeid.Fuzz.Recipes;
using FaceDeid.Fuzz.Running;
using FaceDeid.Fuzz.Seeds;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// What the fuzzer found worth to be kept, sent once more (docs/fuzzing.md). The service is a process of its own: should an
/// upload kill it, the other tests live on, and this one says which it was.
/// </summary>
public sealed class FuzzCorpusTests(FuzzCorpusTests.Fixture fuzzer) : IClassFixture<FuzzCorpusTests.Fixture>
{
    private const double LeastSame = 0.99; // of answers: what a codec refuses may change with its version
    private const int FewestRecipes = 500;

    private static readonly string Corpus = Path.Combine(TestFiles.Root, "tests", "data", "fuzz-corpus.txt");

    [Fact]
    public async Task Every_recipe_of_the_corpus_is_answered_as_it_must_be()
    {
        var recipes = Fuzz.Running.Corpus.Read(Corpus);
        var (violations, others) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        await Parallel.ForEachAsync(recipes.Chunk((recipes.Count + 1) / 2).Zip(fuzzer.Runners), async (half, _) =>
        {
            foreach (var (recipe, answer) in half.First)
            {
                var outcome = await half.Second.RunAsync(recipe, fuzzer.Kitchen.Make(recipe));
                if (outcome.Violation is { } violation)
                    violations.Enqueue($"{recipe} [{string.Join(' ', outcome.Kinds)}]: {violation}");
                if (!string.Equals(answer, outcome.Answer, StringComparison.Ordinal))
                    others.Enqueue($"{recipe}: {outcome.Answer} instead of {answer}");
            }
        });

        Assert.True(violations.IsEmpty, string.Join('\n', violations));
        Assert.True(recipes.Count > FewestRecipes, $"The corpus has {recipes.Count} recipes only.");
        Assert.True(
            others.Count <= recipes.Count * (1 - LeastSame),
            $"{others.Count} of {recipes.Count} answers are others than when the corpus was made. Either the service judges "
            + "files otherwise, or the mutator was changed and makes others of the same recipes: then make the corpus anew.\n"
            + $"{string.Join('\n', others.Take(20))}");
    }

    [Fact]
    public async Task Every_seed_is_read_before_it_is_damaged()
    {
        var detect = Target.Find("detect");
        foreach (var seed in fuzzer.Kitchen.Seeds.Where(seed => seed.Kind is SeedKind.Picture or SeedKind.Sealed))
        {
            var request = new FuzzRequest(
                detect, [new UploadPart("image", seed.File, "picture"), UploadPart.Text("detector", "hog")]);
            var outcome = await fuzzer.Runners[0].RunAsync(new Recipe(detect, seed.Name, 0, 0, []), request);
            var expected = seed.Name switch
            {
                "gif-animated" or "webp-animated" => "415 animated_image",
                "tiff-pages" => "415 multi_page_image",
                _ => "200 application/json",
            };
            Assert.Equal($"{seed.Name}: {expected}", $"{seed.Name}: {outcome.Violation ?? outcome.Answer}");
        }
    }

    /// <summary>Two services, as there are two processors at least, and what makes requests for both.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        internal IReadOnlyList<Runner> Runners { get; private set; } = [];

        internal UploadBuilder Kitchen { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Runners = await Task.WhenAll(Runner.StartAsync(), Runner.StartAsync());
            Kitchen = new UploadBuilder(await SeedFiles.AllAsync(Runners[0]));
        }

        public async Task DisposeAsync()
        {
            foreach (var runner in Runners)
                await runner.DisposeAsync();
        }
    }
}
