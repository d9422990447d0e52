using FaceDeid.Detection;
using FaceDeid.Imaging;
using FaceDeid.Landmarks;
using FaceDeid.Recognition;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>
/// Who is still recognised after each method, and what the faces are still good for. Attackers get every help: the original photo itself
/// or another one of everybody, and the place of the original's landmarks.
/// </summary>
internal static class PrivacyBenchmark
{
    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        await using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions("models", Workers: 1, new ImageLimits(MaxMegapixels: 50, MaxSide: 20_000)))
            .BuildServiceProvider();
        await using var scope = services.CreateAsyncScope();
        var pipeline = scope.ServiceProvider.GetRequiredService<DeidentificationPipeline>();
        var decoder = services.GetRequiredService<ImageDecoder>();
        var examiner = new Examiner(
            services.GetRequiredService<FaceFinder>(), services.GetRequiredService<LandmarkPredictor>(),
            services.GetRequiredService<CheckedLandmarkPredictor>(), services.GetRequiredService<FaceEmbedder>(), services.GetRequiredService<ExpressionClassifier>());

        PersonPictures[] pictures = [.. PersonPictures.Below(options.People!).Take(options.Count)];
        Person[] people = [.. pictures.Select(pair => Person.Of(pair, decoder, examiner)).OfType<Person>()];
        Console.WriteLine($"\n{people.Length} people; {pictures.Length - people.Length} left out: no face found in one of their two pictures.");
        if (people.Length < 2)
        {
            await Console.Error.WriteLineAsync($"'{options.People}' needs at least two folders with two pictures of one person each.");
            return false;
        }

        using var privacy = new PrivacyTable(people);
        var utility = new UtilityTable(people);
        foreach (var treatment in Treatment.All)
        {
            List<Outcome> outcomes = [];
            foreach (var person in people)
                outcomes.Add(await Outcome.OfAsync(person, treatment, pipeline, decoder, examiner));
            privacy.Add(treatment.Name, outcomes);
            utility.Add(treatment.Name, outcomes);
        }

        privacy.Print();
        utility.Print();
        return true;
    }
}
