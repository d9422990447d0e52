using FaceDeid.Faces.Recognition;
using FaceDeid.Tests.Protection;
using Xunit;

namespace FaceDeid.Tests.Faces.Recognition;

public sealed class FaceEmbedderTests
{
    private static readonly string[][] People =
    [
        ["johns/John_Salley/000179_02159509.jpg", "johns/John_Salley/000183_02159543.jpg"],
        ["johns/John_Savage/000264_01099001.jpg", "johns/John_Savage/000274_01099061.jpg"],
        ["johns/John_Schneider/000288_00925786.jpg", "johns/John_Schneider/000302_00925785.jpg"],
        ["johns/John_Shimkus/000373_03228153.jpg", "johns/John_Shimkus/000376_02340068.jpg"],
        ["johns/John_Simm/000288_00470387.jpg", "johns/John_Simm/000297_00470170.jpg"],
    ];

    [Fact]
    public void One_persons_pictures_are_more_alike_than_two_peoples()
    {
        var people = People.Select(pictures => pictures.Select(Of).ToArray()).ToArray();
        foreach (var (i, person) in people.Index())
        {
            var same = person[0].SimilarityTo(person[1]);
            var others = people.Where((_, j) => j != i).SelectMany(p => p)
                .SelectMany(other => person.Select(own => own.SimilarityTo(other)));
            Assert.True(same > PersonMatch.StillRecognised, $"Person {i}: {same}");
            Assert.InRange(others.Max(), -1, same - 0.1);
        }
    }

    [Fact]
    public void An_embedding_has_unit_length_and_is_itself()
    {
        var embedding = Of(People[0][0]);

        Assert.Equal(512, embedding.Values.Length);
        Assert.Equal(1, embedding.SimilarityTo(embedding), 1e-5);
        Assert.Equal(1, FaceEmbedding.Centre([embedding, embedding]).SimilarityTo(embedding), 1e-5);
    }

    [Fact]
    public void Threads_get_the_same_embeddings_as_one_after_the_other()
    {
        var scenes = People.Select(pictures => Scene.Of(pictures[0])).ToArray();
        try
        {
            var expected = scenes.Select(Embed).ToArray();
            var actual = Enumerable.Range(0, 40).AsParallel().AsOrdered().WithDegreeOfParallelism(4)
                .Select(i => Embed(scenes[i % scenes.Length])).ToArray();

            Assert.All(actual.Index(), pair => Assert.Equal(expected[pair.Index % scenes.Length], pair.Item));
        }
        finally
        {
            Array.ForEach(scenes, scene => scene.Dispose());
        }

        static float[] Embed(Scene scene) => Engine.Embedder.Embed(scene.Bgr, scene.Main.Landmarks).Values.ToArray();
    }

    private static FaceEmbedding Of(string name)
    {
        using var scene = Scene.Of(name);
        return scene.Main.Embedding!;
    }
}
