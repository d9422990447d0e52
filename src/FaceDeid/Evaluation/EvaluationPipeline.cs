using FaceDeid.Collections;
using FaceDeid.Evaluation.Attacks;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Faces;
using FaceDeid.Imaging.Formats;
using FaceDeid.Protection;

namespace FaceDeid.Evaluation;

/// <summary>Measures de-identified sets of pictures: who is still recognised, and what the faces are still good for.</summary>
public sealed class EvaluationPipeline
{
    private readonly EvaluationParts _parts;
    private readonly DeidentificationPipeline _deidentification;
    private readonly CollectionPipeline _collections;
    private readonly WorkerGate _gate;

    internal EvaluationPipeline(
        EvaluationParts parts, DeidentificationPipeline deidentification, CollectionPipeline collections, WorkerGate gate)
    {
        _parts = parts;
        _deidentification = deidentification;
        _collections = collections;
        _gate = gate;
    }

    /// <summary>Most rows of a dataset.</summary>
    public int MaxRows => _parts.MaxRows;

    /// <summary>Evaluates a dataset.</summary>
    /// <param name="dataset">What is measured.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.BadDataset"/>, <see cref="FaceDeidError.TooFewPeople"/>,
    /// <see cref="FaceDeidError.TooManyPictures"/>, or an option is refused.
    /// </exception>
    public Task<EvaluationResult> EvaluateAsync(
        EvaluationDataset dataset, EvaluationOptions options,
        IProgress<StageProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(options);
        DatasetRules.Check(dataset, options, MaxRows);
        if (options.Method is { } method)
            OptionRules.Check(method, _parts.Limits);
        var treatment = new DatasetTreatment(options, _parts.Reader, _deidentification, _collections);
        return new EvaluationRun(
            _parts, dataset, options, treatment,
            new SideBySide(_gate, progress, cancellationToken), cancellationToken).RunAsync();
    }
}

/// <summary>What every evaluation works with. Thread-safe.</summary>
/// <param name="Reader">Reads pictures.</param>
/// <param name="Examiner">Brings pictures down to what is compared.</param>
/// <param name="Attacks">Compares.</param>
/// <param name="Detectors">The detectors whose success is measured.</param>
/// <param name="Limits">What pictures are decoded.</param>
/// <param name="MaxRows">Most rows of a dataset.</param>
internal sealed record EvaluationParts(
    FaceReader Reader, RowExaminer Examiner, AttackBench Attacks, IReadOnlyList<DetectorKind> Detectors,
    ImageLimits Limits, int MaxRows);
