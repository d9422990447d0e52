using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace FaceDeid.Api.Forms;

/// <summary>
/// Binds a form strictly: unknown and repeated fields are refused, values are checked against the property's attributes, and all
/// mistakes are listed at once. No error text quotes a value: it could be part of a picture.
/// </summary>
internal static class FormBinder
{
    public static T Bind<T>(IFormCollection form)
        where T : class, new()
    {
        var properties = typeof(T).GetProperties()
            .ToDictionary(p => WireNames.OfProperty(p.Name), StringComparer.OrdinalIgnoreCase);
        RefuseUnknown(form, properties);
        RefuseRepeated(form, properties);

        var bound = new T();
        var mistakes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, property) in properties)
        {
            if (property.PropertyType == typeof(IFormFile))
                property.SetValue(bound, File(form, name, property));
            else if (IsFileList(property))
                property.SetValue(bound, Files(form, name, property, mistakes));
            else if (IsChoiceList(property) && form.Files.GetFile(name) is null)
                SetChoices(bound, form, name, property, mistakes);
            else if (form.Files.GetFile(name) is not null)
                mistakes[name] = "must be a text field, not a file.";
            else if (form[name].ToString() is { Length: > 0 } text) // an empty field is one that was not filled in
                SetValue(bound, name, property, text, mistakes);
        }

        return mistakes.Count == 0 ? bound : throw Invalid(mistakes);
    }

    /// <summary>The refusal of option values, by field.</summary>
    public static ProblemException Invalid(IReadOnlyDictionary<string, string> mistakes) => new(
        ProblemKinds.InvalidOption, string.Join(' ', mistakes.Select(m => $"'{m.Key}' {m.Value}")), mistakes);

    /// <summary>The refusal of one option's value.</summary>
    public static ProblemException Invalid(string field, string mistake) =>
        Invalid(new Dictionary<string, string>(StringComparer.Ordinal) { [field] = mistake });

    /// <summary>The fields of a form.</summary>
    public static IEnumerable<string> FieldNames(Type form) =>
        form.GetProperties().Select(property => WireNames.OfProperty(property.Name));

    private static void RefuseUnknown(IFormCollection form, Dictionary<string, PropertyInfo> properties)
    {
        var isUnknown = form.Keys.Concat(form.Files.Select(f => f.Name)).Any(name => !properties.ContainsKey(name));
        if (isUnknown)
        {
            throw new ProblemException(
                ProblemKinds.UnknownField,
                $"This call knows the fields {string.Join(", ", properties.Keys)}. Check the spelling of what you sent.");
        }
    }

    private static void RefuseRepeated(IFormCollection form, Dictionary<string, PropertyInfo> properties)
    {
        var names = form
            .SelectMany(field => Enumerable.Repeat(field.Key, IsChoiceList(properties[field.Key]) ? 1 : field.Value.Count))
            .Concat(form.Files.Select(f => f.Name).Where(name => !IsFileList(properties[name])));
        if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Count() > 1) is { } repeated)
        {
            throw new ProblemException(
                ProblemKinds.DuplicatePart,
                $"'{WireNames.OfProperty(repeated.Key)}' may be sent once only. Send one request per picture.");
        }
    }

    private static IFormFile? File(IFormCollection form, string name, PropertyInfo property)
    {
        if (form.Files.GetFile(name) is not { } file)
            return property.GetCustomAttribute<RequiredAttribute>() is null ? null : throw Missing(name);
        return NotEmpty(file, name);
    }

    private static bool IsFileList(PropertyInfo property) => property.PropertyType == typeof(IReadOnlyList<IFormFile>);

    private static bool IsChoiceList(PropertyInfo property) => property.PropertyType is { IsGenericType: true } type
        && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) && type.GetGenericArguments()[0].IsEnum;

    /// <summary>A field of several choices: it may be repeated, and the choices of one text may be separated by commas.</summary>
    private static void SetChoices(
        object bound, IFormCollection form, string name, PropertyInfo property, SortedDictionary<string, string> mistakes)
    {
        var type = property.PropertyType.GetGenericArguments()[0];
        var texts = form[name].SelectMany(text =>
            (text ?? string.Empty).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        var choices = Array.CreateInstance(type, texts.Count);
        for (var i = 0; i < texts.Count; i++)
        {
            if (TryParse(type, allowed: null, texts[i], out var choice, out var expected))
                choices.SetValue(choice, i);
            else
                mistakes[name] = $"must be {expected}, or several of them separated by commas.";
        }

        if (property.GetCustomAttribute<MaxLengthAttribute>() is { } most && texts.Count > most.Length)
            mistakes[name] = $"may have {most.Length} values at most.";
        property.SetValue(bound, choices);
    }

    private static IReadOnlyList<IFormFile> Files(
        IFormCollection form, string name, PropertyInfo property, SortedDictionary<string, string> mistakes)
    {
        if (form[name].Any(text => !string.IsNullOrEmpty(text))) // an empty text is a list that was not filled in
            throw Missing(name);
        var files = form.Files.GetFiles(name);
        if (property.GetCustomAttribute<MaxLengthAttribute>() is { } most && files.Count > most.Length)
            mistakes[name] = $"may be sent {most.Length} times at most.";
        return [.. files.Select(file => NotEmpty(file, name))];
    }

    private static IFormFile NotEmpty(IFormFile file, string name) => file.Length > 0
        ? file
        : throw new ProblemException(ProblemKinds.EmptyPart, $"The file part '{name}' has no bytes. Send a whole picture.");

    private static ProblemException Missing(string name) =>
        new(
            ProblemKinds.MissingPart,
            $"Send a picture as the file part '{name}' "
            + "(with a filename in its Content-Disposition, or a picture's Content-Type).");

    private static void SetValue(
        object bound, string name, PropertyInfo property, string text, SortedDictionary<string, string> mistakes)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (!TryParse(type, property.GetCustomAttribute<AllowedValuesAttribute>(), text, out var value, out var expected))
        {
            var advice = property.GetCustomAttribute<AdviceAttribute>();
            mistakes[name] = advice is null ? $"must be {expected}." : $"must be {expected}. {advice.Text}";
            return;
        }

        var broken = property.GetCustomAttributes<ValidationAttribute>().FirstOrDefault(rule => !rule.IsValid(value));
        if (broken is null)
        {
            property.SetValue(bound, value);
        }
        else
        {
            mistakes[name] = broken is RangeAttribute range
                ? $"must be between {range.Minimum} and {range.Maximum}."
                : broken.FormatErrorMessage(name);
        }
    }

    private static bool TryParse(Type type, AllowedValuesAttribute? allowed, string text, out object? value, out string expected)
    {
        value = null;
        expected = string.Empty;
        if (type == typeof(string))
        {
            value = text;
        }
        else if (type.IsEnum)
        {
            var names = allowed?.Values.Select(one => WireNames.Of((Enum)one!)) ?? WireNames.All(type);
            expected = $"one of {string.Join(", ", names)}";
            value = names.Contains(text, StringComparer.OrdinalIgnoreCase) ? WireNames.Parse(type, text) : null;
        }
        else if (type == typeof(int))
        {
            expected = "a whole number";
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
                value = number;
        }
        else if (type == typeof(double))
        {
            expected = "a number such as 1.5";
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number))
                value = number;
        }
        else if (type == typeof(bool))
        {
            expected = "true or false";
            if (bool.TryParse(text, out var isSet) && !char.IsWhiteSpace(text[0]) && !char.IsWhiteSpace(text[^1]))
                value = isSet;
        }
        else
        {
            throw new NotSupportedException($"Form fields of type {type} are not bound.");
        }

        return value is not null;
    }
}
