using FaceDeid.Models;
using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// OpenCV's Haar cascade. A <see cref="CascadeClassifier"/> shared by threads answers wrongly, so they are pooled.
/// </summary>
internal sealed class HaarCascadeDetector : IFaceDetector, IKeepsMemory, IDisposable
{
    private const double GroupingTolerance = 0.2; // detectMultiScale's own

    private readonly ResourcePool<CascadeClassifier> _pool;

    public HaarCascadeDetector(string cascadeFile)
    {
        var model = Read(cascadeFile); // once: by the time a further cascade is made the file may be gone
        _pool = new ResourcePool<CascadeClassifier>(() => Load(model, cascadeFile));
        if (_pool.Use(cascade => cascade.Empty()))
            throw Unreadable(cascadeFile, inner: null);
    }

    public DetectorKind Kind => DetectorKind.Haar;

    public int MaxSide => 1000;

    public IReadOnlyList<RawDetection> Detect(SearchImage image, DetectionOptions options) => _pool.Use(cascade =>
    {
        // minNeighbors = 0 gives the windows one by one; grouped as detectMultiScale groups them, but with their counts. Windows
        // down to half the smallest face are looked at, because they have a part in the average that becomes a face's box.
        var smallest = new Size(options.MinFaceSize / 2, options.MinFaceSize / 2);
        var windows = cascade.DetectMultiScale(image.Gray, options.ScaleFactor, minNeighbors: 0, minSize: smallest);
        var boxes = windows.ToList();
        Cv2.GroupRectangles(boxes, out var neighbours, options.MinNeighbors, GroupingTolerance);
        return boxes.Zip(neighbours, (box, n) => new RawDetection(new Box(box.X, box.Y, box.Width, box.Height), n))
            .Where(face => face.Score >= (options.MinScore ?? 0) && face.Box.Width >= options.MinFaceSize)
            .OrderBy(face => face.Box.X).ThenBy(face => face.Box.Y) // OpenCV's own order depends on how many threads it runs
            .ToArray();
    });

    public void GiveBack() => _pool.GiveBack();

    public void Dispose() => _pool.Dispose();

    private static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(file, e);
        }
    }

    private static CascadeClassifier Load(string model, string file)
    {
        var cascade = new CascadeClassifier();
        try
        {
            using var storage = new FileStorage(model, FileStorage.Modes.Read | FileStorage.Modes.Memory);
            using var root = storage.GetFirstTopLevelNode();
            return root is not null && cascade.Read(root) ? cascade : throw Unreadable(file, inner: null);
        }
        catch (Exception e)
        {
            cascade.Dispose();
            throw e as FaceDeidException ?? Unreadable(file, e);
        }
    }

    private static FaceDeidException Unreadable(string file, Exception? inner) =>
        new(FaceDeidError.ModelUnavailable, $"The cascade {file} cannot be read. Delete it and run 'make models'.", inner);
}
