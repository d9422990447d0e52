using FaceDeid.Api.Http;
using Microsoft.Extensions.Primitives;

namespace FaceDeid.Api.Forms;

/// <summary>What has come so far of a form that is read part by part, and how it is bound.</summary>
internal sealed class FormParts
{
    private const int MaxFields = 64;

    private readonly Dictionary<string, StringValues> _texts = new(StringComparer.OrdinalIgnoreCase);
    private readonly FormFileCollection _files = [];
    private int _fields;

    /// <summary>Whether there are text fields that were not bound yet.</summary>
    public bool HasNews { get; private set; } = true;

    public void AddText(string name, string text)
    {
        CountField();
        _texts[name] = StringValues.Concat(_texts.GetValueOrDefault(name), text);
        HasNews = true;
    }

    /// <summary>Adds a file.</summary>
    public void AddFile(UploadedPart part, byte[] content)
    {
        CountField();
        var file = new UploadedFile(content, part.Name, part.FileName!);
        file.HoldFor(part.Context);
        _files.Add(file);
    }

    /// <summary>Notes a file that is kept elsewhere, an empty one as any other: what its bytes are is judged there.</summary>
    public void AddFile(UploadedPart part) => _files.Add(new UploadedFile(new byte[1], part.Name, part.FileName!));

    /// <summary>Binds what has come.</summary>
    /// <exception cref="ProblemException">A field that came so far is unknown, repeated or wrong.</exception>
    public T Bind<T>()
        where T : class, new()
    {
        HasNews = false;
        return FormBinder.Bind<T>(new FormCollection(_texts, _files));
    }

    private void CountField()
    {
        if (++_fields > MaxFields)
        {
            throw new ProblemException(
                ProblemKinds.MalformedForm, $"The form has more than {MaxFields} fields. Send each option once.");
        }
    }
}
