using System.Globalization;
using FaceDeid.Api.Errors;

namespace FaceDeid.Api.Forms;

/// <summary>Everything that is wrong with a dataset, by folder and number: no name of a file or a person is in it.</summary>
internal sealed class DatasetFaults
{
    private const int MaxListed = 100;
    private const int MaxNamed = 5;

    private readonly Dictionary<(string Part, int Number), string> _reasons = [];
    private readonly List<string> _parts = [];

    /// <summary>A fault of a folder or file as a whole.</summary>
    public void Add(string part, string reason) => Add(part, number: 0, reason);

    /// <summary>A fault of a folder's picture or a table's line; the reason is a sentence without its subject.</summary>
    public void Add(string part, int number, string reason)
    {
        if (!_parts.Contains(part, StringComparer.Ordinal))
            _parts.Add(part);
        _reasons[(part, number)] = _reasons.TryGetValue((part, number), out var before) ? $"{before} It also {reason}" : reason;
    }

    /// <summary>Refuses the dataset.</summary>
    /// <exception cref="ProblemException">422: there are faults.</exception>
    public void ThrowIfAny()
    {
        if (_reasons.Count == 0)
            return;
        var listed = _reasons.OrderBy(fault => _parts.IndexOf(fault.Key.Part)).ThenBy(fault => fault.Key.Number).Take(MaxListed)
            .Select(fault => KeyValuePair.Create(Name(fault.Key.Part, fault.Key.Number), fault.Value)).ToList();
        var named = string.Join(", ", listed.Take(MaxNamed).Select(fault => fault.Key));
        var further = _reasons.Count > MaxNamed ? $" and {_reasons.Count - MaxNamed} more" : string.Empty;
        var cut = _reasons.Count > MaxListed ? $" of the first {MaxListed}" : string.Empty;
        throw new ProblemException(
            ProblemKinds.BadDataset,
            $"The dataset has {_reasons.Count} fault(s): {named}{further}; 'errors' has the reason{cut}. Pictures of a folder are counted by path from 1, and lines "
            + $"of {DatasetFolders.TableName} from 1, its header.",
            new Dictionary<string, string>(listed, StringComparer.Ordinal));
    }

    private static string Name(string part, int number) => number == 0 ? part : string.Create(CultureInfo.InvariantCulture, $"{part}/{number}");
}
