using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using FaceDeid.Api.Settings;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// <c>docs/configuration.md</c> names every setting, with its variable, default and range, and none that is not there.
/// </summary>
public sealed class ConfigurationDocsTests
{
    private static readonly Row[] Documented = ReadTable();

    [Fact]
    public void The_page_lists_exactly_the_settings_there_are() => Assert.Equal(
        Settings().Select(setting => setting.Key).Order(StringComparer.Ordinal),
        Documented.Select(row => row.Key).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_setting_is_documented_with_its_variable_default_and_range(string key)
    {
        var (_, owner, property) = Settings().Single(setting => string.Equals(setting.Key, key, StringComparison.Ordinal));
        var row = Documented.Single(row => string.Equals(row.Key, key, StringComparison.Ordinal));

        Assert.Equal(key.Replace(":", "__", StringComparison.Ordinal) + Suffix(property), row.Variable);
        Assert.Equal(Text(property.GetValue(owner)), row.Default);
        Assert.Equal(Range(property), row.Range);
        Assert.True(row.Meaning.Length > 30, $"{key} needs a meaning with its unit.");
    }

    public static TheoryData<string> Keys() => [.. Settings().Select(setting => setting.Key)];

    private static IEnumerable<(string Key, object Owner, PropertyInfo Property)> Settings() =>
        Settings(new FaceDeidOptions(), FaceDeidOptions.Section);

    private static IEnumerable<(string Key, object Owner, PropertyInfo Property)> Settings(object owner, string path) =>
        OptionsCheck.Settings(owner.GetType()).SelectMany(property => (OptionsCheck.IsGroup(property),
            OptionsCheck.IsByName(property)) switch
        {
            (true, _) => Settings(property.GetValue(owner)!, $"{path}:{property.Name}"),
            (_, true) => Settings(Activator.CreateInstance(OptionsCheck.EntryType(property))!, $"{path}:{property.Name}:NAME"),
            _ => [($"{path}:{property.Name}", owner, property)],
        });

    private static string Text(object? value) => value is IEnumerable and not string ? "none" : $"{value}";

    private static string Suffix(PropertyInfo property)
    {
        if (property.PropertyType == typeof(IDictionary<string, string>))
            return "__NAME";
        return property.PropertyType.IsGenericType ? "__0" : string.Empty;
    }

    private static string Range(PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
            return $"{range.Minimum} to {range.Maximum}";
        return property.GetCustomAttribute<RequiredAttribute>() is not null ? "not empty" : "any";
    }

    private static Row[] ReadTable() =>
    [
        .. File.ReadLines(Path.Combine(TestFiles.Root, "docs", "configuration.md"))
            .Where(line => line.StartsWith($"| `{FaceDeidOptions.Section}:", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => new Row(cells[1].Trim('`'), cells[2].Trim('`'), cells[3].Trim('`'), cells[4], cells[5])),
    ];

    private sealed record Row(string Key, string Variable, string Default, string Range, string Meaning);
}
