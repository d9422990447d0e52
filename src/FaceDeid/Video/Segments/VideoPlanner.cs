using FaceDeid.Donors;
using FaceDeid.Protection;
using FaceDeid.Protection.Replacement;
using FaceDeid.Video.Media;
using FaceDeid.Video.People;
using FaceDeid.Video.Rendering;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Tracking;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video.Segments;

/// <summary>
/// Puts together what the segments gave: faces through the whole recording, who they are, who stays visible, and whose face each
/// person gets. Needs no frames.
/// </summary>
internal sealed class VideoPlanner(DonorPlan donors, DonorLibrary library, WorkerGate gate)
{
    /// <summary>Plans.</summary>
    /// <param name="segments">How many segments were analysed.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="references">Who stays visible, or who alone is treated.</param>
    /// <param name="store">Where segments, and the choice of donors, are stored.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<VideoPlan> RunAsync(
        int segments, VideoOptions options, IReadOnlyList<Reference> references, IMediaStore store,
        CancellationToken cancellationToken)
    {
        var (notes, found) = (new List<FrameNote>(), new List<SegmentTracks>());
        var samples = new Dictionary<int, List<TrackSample>>();
        var tick = default(TimeBase);
        for (var segment = 0; segment < segments; segment++)
        {
            var record = await SegmentRecord.LoadAsync(store, VideoObjects.Analysis(segment), cancellationToken);
            tick = record.Base;
            notes.AddRange(record.Frames);
            found.Add(record.Found);
            foreach (var (track, ofTrack) in record.Samples)
                samples.Add(track, ofTrack);
        }

        var tracks = TrackLinker.Join(found);
        List<TrackSample>[] looks =
            [.. tracks.Select(track => track.Ids.SelectMany(id => samples.GetValueOrDefault(id) ?? []).ToList())];
        var people = PeopleLinker.Link(
            [.. tracks.Zip(looks, (track, ofTrack) => new TrackLooks(track.First, track.Last, ofTrack))]);
        var (disguises, choice) = await DisguisesAsync(people, looks, options, store, cancellationToken);
        var times = new FrameTimes(tick, notes);
        return new VideoPlan(
            times, [.. found.SelectMany(segment => segment.Cuts).Distinct().Order()],
            [.. tracks.Select((track, i) => Planned(i + 1, track, looks[i], people[i], notes.Count) with
            {
                IsTreated = !VisiblePeople.Leaves(looks[i], track.Evidence, references),
                Disguise = people[i] is { } person ? disguises.GetValueOrDefault(person) : null,
            })],
            choice);
    }

    private static PlannedTrack Planned(int id, Track track, List<TrackSample> looks, int? person, int frames)
    {
        var places = Envelope.Around(track).Places.Zip(track.Places, (covered, face) => (Covered: covered, Face: face))
            .Where(place => place.Face.Frame >= 0 && place.Face.Frame < frames).ToLookup(place => place.Face.Frame);
        var best = looks.MaxBy(sample => sample.Quality);
        return new PlannedTrack(
            id, track.First, [.. Enumerable.Range(track.First, track.Last - track.First + 1).Select(At)], track.Evidence)
        {
            Sources = [id],
            MeanScore = track.Places.Where(place => place.Kind == PlaceKind.Detected)
                .Select(place => (double)place.Score).DefaultIfEmpty(0).Average(),
            Person = person,
            Looks = [.. looks.Select(sample => sample.Look)],
            Who = best?.Who,
            Expression = best?.Expression,
        };

        PlannedPlace At(int frame)
        {
            var here = places[frame].ToList();
            var kind = here.Select(place => place.Face.Kind).DefaultIfEmpty(PlaceKind.Tail).First();
            return new PlannedPlace(
                here.Count > 1 ? PlaceKind.Uncertain : kind, here.Count == 1 ? here[0].Face.Box : null,
                [.. here.Select(place => place.Covered.Box)]);
        }
    }

    /// <summary>Whose face each person gets: chosen once for a method, by chance, and then stored.</summary>
    private async Task<(IReadOnlyDictionary<int, Disguise?> Disguises, string Choice)> DisguisesAsync(
        IReadOnlyList<int?> people, IReadOnlyList<List<TrackSample>> looks, VideoOptions options, IMediaStore store,
        CancellationToken cancellationToken)
    {
        if (!DonorAssignment.IsFor(options.Faces.Method))
            return (new Dictionary<int, Disguise?>(), string.Empty);
        var stored = store.Exists(VideoObjects.Plan)
            ? await StoredJson.LoadAsync<StoredChoice>(store, VideoObjects.Plan, cancellationToken)
            : null;
        if (stored?.Method != options.Faces.Method
            || !string.Equals(stored.Key, options.Faces.PseudonymKey, StringComparison.Ordinal))
        {
            var seen = people.Zip(looks).Where(track => track.First is not null);
            var best = seen.GroupBy(track => track.First!.Value).ToDictionary(
                person => person.Key,
                person => person.SelectMany(track => track.Second).Where(sample => sample.Cutout is not null)
                    .MaxBy(sample => sample.Quality)!);
            var chosen = await gate.RunAsync(() => donors.Choose(best, options.Faces), cancellationToken);
            stored = new StoredChoice(
                options.Faces.Method, options.Faces.PseudonymKey, $"{Guid.NewGuid():N}", chosen.ToDictionary(
                    person => person.Key, person => person.Value is { } disguise ? ToStored(disguise) : null));
            await StoredJson.SaveAsync(store, VideoObjects.Plan, stored, cancellationToken);
        }

        return (
            stored.People.ToDictionary(
                person => person.Key, person => person.Value is { } disguise ? ToDisguise(disguise) : null),
            stored.Name);
    }

    private StoredDisguise ToStored(Disguise disguise)
    {
        var all = disguise.Donor.IsAverage ? library.Averages : library.Donors;
        return new StoredDisguise(
            disguise.Donor.IsAverage, all.Index().First(donor => donor.Item == disguise.Donor).Index, disguise.KeepsGlasses);
    }

    private Disguise ToDisguise(StoredDisguise stored) =>
        new((stored.IsAverage ? library.Averages : library.Donors)[stored.Index], stored.KeepsGlasses);

    /// <summary>The choice of a method.</summary>
    private sealed record StoredChoice(
        DeidentificationMethod Method, string? Key, string Name, IReadOnlyDictionary<int, StoredDisguise?> People);

    /// <summary>A donor by its place in the library.</summary>
    private sealed record StoredDisguise(bool IsAverage, int Index, bool KeepsGlasses);
}
