using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace FaceDeid.Api.Settings;

/// <summary>The service does not start, and the message says what to do.</summary>
internal sealed class StartupException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>
/// Binds <see cref="FaceDeidOptions"/> and refuses to go on until every setting is known, readable and in range; all mistakes are
/// listed at once, because an operator restarts for each list.
/// </summary>
internal static class OptionsCheck
{
    public static FaceDeidOptions Bind(IConfiguration configuration)
    {
        var section = configuration.GetSection(FaceDeidOptions.Section);
        var options = new FaceDeidOptions();
        List<string> mistakes = [];
        BindObject(options, section, mistakes);
        if (HostNames.Mistake(configuration) is { } mistake)
            mistakes.Add(mistake);
        return mistakes.Count == 0
            ? options
            : throw new StartupException(
                $"FaceDeid does not start, its configuration has {mistakes.Count} "
                + $"mistake(s):{string.Concat(mistakes.Select(m => $"{Environment.NewLine}  - {m}"))}");
    }

    /// <summary>The settings of a class: those that are objects of this namespace hold further settings.</summary>
    public static IEnumerable<PropertyInfo> Settings(Type type) => type.GetProperties();

    public static bool IsGroup(PropertyInfo property) =>
        property.PropertyType.IsClass && property.PropertyType.Assembly == typeof(FaceDeidOptions).Assembly;

    /// <summary>Whether a setting holds groups of settings under names of the operator's choice.</summary>
    public static bool IsByName(PropertyInfo property) => property.GetCustomAttribute<ByNameAttribute>() is not null;

    /// <summary>The class of those groups.</summary>
    public static Type EntryType(PropertyInfo byName) => byName.PropertyType.GetGenericArguments()[1];

    private static void BindObject(object target, IConfigurationSection section, List<string> mistakes)
    {
        var settings = Settings(target.GetType()).ToDictionary(p => p.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            if (!settings.TryGetValue(child.Key, out var setting))
                mistakes.Add($"{child.Path} is not a setting. Known here: {string.Join(", ", settings.Keys)}.");
            else if ((IsGroup(setting) || IsByName(setting)) && !string.IsNullOrEmpty(child.Value))
                mistakes.Add($"{child.Path} holds settings and has no value of its own.");
            else if (IsGroup(setting))
                BindObject(setting.GetValue(target)!, child, mistakes);
            else if (IsByName(setting))
                BindByName((IDictionary)setting.GetValue(target)!, setting, child, mistakes);
            else
                BindSetting(target, setting, child, mistakes);
        }

        if (target is IValidatableObject whole)
        {
            mistakes.AddRange(whole.Validate(new ValidationContext(target))
                .Select(mistake => $"{string.Join(':', [section.Path, .. mistake.MemberNames])} {mistake.ErrorMessage}"));
        }
    }

    private static void BindByName(
        IDictionary entries, PropertyInfo setting, IConfigurationSection section, List<string> mistakes)
    {
        foreach (var child in section.GetChildren())
        {
            if (!string.IsNullOrEmpty(child.Value))
            {
                mistakes.Add($"{child.Path} {setting.GetCustomAttribute<ByNameAttribute>()!.PlainValue}");
                continue;
            }

            var entry = Activator.CreateInstance(EntryType(setting))!;
            BindObject(entry, child, mistakes);
            entries[child.Key] = entry;
        }
    }

    private static void BindSetting(object target, PropertyInfo setting, IConfigurationSection value, List<string> mistakes)
    {
        if ((setting.PropertyType.IsPrimitive || setting.PropertyType == typeof(string)) && value.GetChildren().Any())
        {
            mistakes.Add($"{value.Path} is one value and has no settings below it.");
            return;
        }

        if (!string.IsNullOrEmpty(value.Value) && setting.PropertyType == typeof(IList<string>))
        {
            mistakes.Add($"{value.Path} is a list: its values are {value.Path}:0, {value.Path}:1 ...");
            return;
        }

        try
        {
            setting.SetValue(target, value.Get(setting.PropertyType));
        }
        catch (InvalidOperationException)
        {
            var kind = setting.PropertyType == typeof(bool) ? "true or false" : "a whole number";
            mistakes.Add($"{value.Path} must be {kind}.");
            return;
        }

        foreach (var rule in setting.GetCustomAttributes<ValidationAttribute>()
            .Where(rule => !rule.IsValid(setting.GetValue(target))))
        {
            mistakes.Add(rule is RangeAttribute range
                ? $"{value.Path} must be between {range.Minimum} and {range.Maximum}."
                : $"{value.Path}: {rule.FormatErrorMessage(setting.Name).TrimEnd('.')}.");
        }
    }
}
