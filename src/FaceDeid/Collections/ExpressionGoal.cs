using FaceDeid.Faces.Recognition;

namespace FaceDeid.Collections;

/// <summary>An expression that a group's face must show.</summary>
/// <param name="Expression">The class, from 0.</param>
/// <param name="Typical">People who show it most, at least k.</param>
internal sealed record ExpressionGoal(int Expression, IReadOnlyList<Person> Typical);

/// <summary>Looks at the expressions of chips. Thread-safe.</summary>
internal sealed class ChipExpressions(ExpressionClassifier classifier, ChipFrame frame)
{
    // Of the face area's height above it: there detectors, whose boxes the network knows, begin a face.
    private const double Hairline = 0.08;

    private const double Sure = 0.8; // probability from which on an expression is seen in other crops of the chip, too

    // Several smiles of unlike mouths are less of a smile: as much of those who show it most is mixed in as it takes.
    private static readonly double[] OwnShares = [1, 0.7, 0.4, 0.1];

    /// <summary>The mean probability of each expression over a person's chips.</summary>
    public double[] Of(Person person)
    {
        var mean = new double[ExpressionClassifier.Classes];
        foreach (var face in person.Faces)
        {
            var own = Probabilities(face.Pixels);
            for (var i = 0; i < mean.Length; i++)
                mean[i] += own[i] / person.Faces.Count;
        }

        return mean;
    }

    /// <summary>The average of people who have an expression in common, such that it shows it too.</summary>
    public SharedFace Keep(ExpressionGoal goal, IReadOnlyList<Person> people, IFaceAverage average)
    {
        SharedFace? face = null;
        foreach (var share in OwnShares)
        {
            face = average.Of(FaceMixture.Create(people, share).Add(goal.Typical, 1 - share));
            if (Probabilities(face.Pixels)[goal.Expression] >= Sure)
                break;
        }

        return face!;
    }

    private double[] Probabilities(byte[] pixels)
    {
        using var chip = ChipFrame.FromBytes(pixels);
        var (area, above) = (frame.FaceArea, (int)(Hairline * frame.FaceArea.Height));
        return classifier.Probabilities(chip, new Box(area.X, area.Y - above, area.Width, area.Height + above));
    }
}
