using FaceDeid.Evaluation;

namespace FaceDeid;

/// <summary>Measures de-identified sets of pictures: who is still recognised, and what the faces are still good for.</summary>
public sealed class EvaluationPipeline
{
    internal EvaluationPipeline()
    {
    }

    /// <summary>Most rows of a dataset.</summary>
    public int MaxRows { get; } = 1000;

    /// <summary>Evaluates a dataset.</summary>
    /// <param name="dataset">What is measured.</param>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="cancellationToken">Stops the work before its next step.</param>
    /// <exception cref="FaceDeidException">
    /// <see cref="ErrorCode.BadDataset"/>, <see cref="ErrorCode.TooFewPeople"/>, <see cref="ErrorCode.TooManyPictures"/>, or an option is refused.
    /// </exception>
    public Task<EvaluationResult> EvaluateAsync(
        EvaluationDataset dataset, EvaluationOptions options, IProgress<StageProgress>? progress, CancellationToken cancellationToken) =>
        throw new NotSupportedException();
}
