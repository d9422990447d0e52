using FaceDeid.Api.Errors;
using Microsoft.Extensions.Primitives;

namespace FaceDeid.Api.Forms;

/// <summary>What has come so far of a form that is read part by part, and how it is bound. Files are noted here, and kept elsewhere.</summary>
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
        if (++_fields > MaxFields)
            throw new ProblemException(ProblemKinds.MalformedForm, $"The form has more than {MaxFields} text fields. Send each option once.");
        _texts[name] = StringValues.Concat(_texts.GetValueOrDefault(name), text);
        HasNews = true;
    }

    /// <summary>Notes a file. An empty one counts as any other: what its bytes are is judged where they are kept.</summary>
    public void AddFile(UploadedPart part) => _files.Add(new FormFile(Stream.Null, baseStreamOffset: 0, length: 1, part.Name, part.FileName!));

    /// <summary>Binds what has come.</summary>
    /// <exception cref="ProblemException">A field that came so far is unknown, repeated or wrong.</exception>
    public T Bind<T>()
        where T : class, new()
    {
        HasNews = false;
        return FormBinder.Bind<T>(new FormCollection(_texts, _files));
    }
}
