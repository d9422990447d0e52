using System.Runtime.CompilerServices;

namespace FaceDeid.Api.Collections;

/// <summary>Pictures that were sent one by one, in memory.</summary>
internal sealed class SentPictures : PictureSource
{
    private readonly List<(string Name, byte[] File)> _pictures = [];

    public int Count => _pictures.Count;

    public override IReadOnlyList<string> FileNames => _pictures.ConvertAll(picture => picture.Name);

    public void Add(string name, byte[] file) => _pictures.Add((name, file));

    public override async IAsyncEnumerable<byte[]> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var i = 0; i < _pictures.Count; i++)
        {
            var file = _pictures[i].File;
            _pictures[i] = (_pictures[i].Name, []); // it is the reader's alone
            yield return file;
        }

        await Task.CompletedTask;
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
