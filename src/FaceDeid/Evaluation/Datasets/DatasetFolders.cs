namespace FaceDeid.Evaluation.Datasets;

/// <summary>
/// The files of a dataset by what they are for. Names of folders count in any letters; one folder around everything is passed
/// over, and so is what nobody meant to send, such as dot files.
/// </summary>
internal sealed class DatasetFolders
{
    public const string TableName = "subjects.csv";

    private static readonly string[] Known = ["originals", "deidentified", "gallery", "gallery-deidentified"];

    private readonly string? _top;

    private DatasetFolders(IReadOnlyList<DatasetFile> files)
    {
        var meant = files.Select(file => (Path: Segments(file.Path), File: file)).Where(file => IsMeant(file.Path)).ToList();
        if (meant.Count > 0
            && meant.TrueForAll(file =>
                file.Path.Length > 1 && string.Equals(file.Path[0], meant[0].Path[0], StringComparison.Ordinal))
            && !IsKnown(meant[0].Path[0]))
        {
            _top = meant[0].Path[0];
            meant = meant.ConvertAll(file => (file.Path[1..], file.File));
        }

        Table = Beside(TableName);
        Certificate = Beside(Contracts.Certificate.FileName);
        Originals = Folder(Known[0]);
        Deidentified = Folder(Known[1]);
        Gallery = Folder(Known[2]);
        TreatedGallery = Folder(Known[3]);

        // In the root, else in the folder whose pictures it is about.
        DatasetFile? Beside(string name) => meant
            .Where(file => IsBeside(file.Path, name)).OrderBy(file => file.Path.Length)
            .ThenBy(file => file.File.Path, StringComparer.Ordinal).FirstOrDefault().File;

        DatasetFolder Folder(string name) => new(name, meant
            .Where(file => file.Path.Length > 1 && Is(file.Path[0], name) && !IsNoPicture(file.Path))
            .Select(file => (string.Join('/', file.Path[1..]), file.File)));
    }

    public DatasetFolder Originals { get; }

    public DatasetFolder Deidentified { get; }

    /// <summary>Other photos of the people.</summary>
    public DatasetFolder Gallery { get; }

    /// <summary>Such photos, de-identified in the same way.</summary>
    public DatasetFolder TreatedGallery { get; }

    /// <summary>The dataset's own table of subjects.</summary>
    public DatasetFile? Table { get; }

    /// <summary>The certificate of the de-identified pictures.</summary>
    public DatasetFile? Certificate { get; }

    public IEnumerable<DatasetFolder> All => [Originals, Deidentified, Gallery, TreatedGallery];

    public static DatasetFolders Sort(IReadOnlyList<DatasetFile> files) => new(files);

    /// <summary>The picture of a folder that somebody names: by its path in the folder, else by its whole path.</summary>
    public DatasetPicture? Find(DatasetFolder folder, string named)
    {
        var path = Segments(named);
        if (folder.Find(string.Join('/', path)) is { } inside)
            return inside;
        if (_top is not null && path.Length > 2 && string.Equals(path[0], _top, StringComparison.Ordinal))
            path = path[1..];
        return path.Length > 1 && Is(path[0], folder.Name) ? folder.Find(string.Join('/', path[1..])) : null;
    }

    private static string[] Segments(string path) =>
        [.. path.Replace('\\', '/').Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment is not ".")];

    private static bool IsMeant(string[] path) =>
        path.Length > 0 && !Is(path[0], "__MACOSX") && !Array.Exists(path, segment => segment.StartsWith('.'));

    private static bool IsNoPicture(string[] path) => Is(path[0], Known[1]) && (IsBeside(path, TableName)
        || IsBeside(path, Contracts.Certificate.FileName) || IsBeside(path, Contracts.Certificate.SignatureFileName));

    private static bool IsBeside(string[] path, string name) =>
        path.Length <= 2 && Is(path[^1], name) && (path.Length == 1 || Is(path[0], Known[1]));

    private static bool IsKnown(string segment) => Array.Exists(Known, name => Is(segment, name));

    private static bool Is(string segment, string name) => string.Equals(segment, name, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A folder's pictures, in the order of their paths.</summary>
internal sealed class DatasetFolder
{
    private readonly Dictionary<string, DatasetPicture> _byPath = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DatasetPicture> _byKey = new(StringComparer.Ordinal);

    public DatasetFolder(string name, IEnumerable<(string Path, DatasetFile File)> files)
    {
        Name = name;
        Pictures = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)
            .Select((file, i) => new DatasetPicture(i + 1, file.Path, file.File))];
        foreach (var picture in Pictures)
        {
            _byPath.TryAdd(picture.Path, picture);
            _byKey.TryAdd(picture.Key, picture);
        }
    }

    public string Name { get; }

    public IReadOnlyList<DatasetPicture> Pictures { get; }

    public DatasetPicture? Find(string path) => _byPath.GetValueOrDefault(path);

    public DatasetPicture? FindKey(string key) => _byKey.GetValueOrDefault(key);

    /// <summary>Faults of pictures whose names differ in nothing but the extension: they could not be told apart.</summary>
    public void RefuseTwins(DatasetFaults faults)
    {
        foreach (var picture in Pictures.Where(picture => _byKey[picture.Key] != picture))
        {
            faults.Add(
                Name, picture.Number,
                $"has the same name as number {_byKey[picture.Key].Number} but for the extension: rename one of them, and what "
                + "belongs to it.");
        }
    }
}

/// <summary>A picture in its folder.</summary>
/// <param name="Number">Its place in the folder, from 1.</param>
/// <param name="Path">Its path inside the folder.</param>
/// <param name="File">Its bytes.</param>
internal sealed record DatasetPicture(int Number, string Path, DatasetFile File)
{
    /// <summary>What it has in common with the picture that belongs to it: its path without extension.</summary>
    public string Key { get; } = System.IO.Path.ChangeExtension(Path, extension: null);

    /// <summary>Who is in it where nobody says so: the folder it lies in, else its name.</summary>
    public string Subject => Path.Contains('/') ? Path[..Path.IndexOf('/')] : Key;
}
