using System.Numerics;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// The robust mixture of several faces of one kind: its coarse part is the median of theirs, its fine part that of the first
/// where it agrees with the median, else of those that do. A strand of hair, a jewel or a shadow of one is no majority; and what
/// is no skin of a face does not vote.
/// </summary>
internal static class DonorMixture
{
    private const double Width = 256; // of a face in a texture, ear to ear, in pixels
    private const int Quality = 90; // of JPEG
    private const int SamplingFactor = 7; // OpenCV's IMWRITE_JPEG_SAMPLING_FACTOR, which the binding does not name
    private const int FullColour = 0x111111;
    private const int Margin = 6; // pixels around the outline
    private const double Coarse = 0.045; // of the width: what is coarser is the median's
    private const float Tolerance = 7; // of the coarse part, in L*, a* and b*
    private const float OwnFineness = 8; // in L*, a* and b*: what is the first one's alone
    private const int ShapeOf = 3; // faces whose mean shape it has
    private const float LeastVote = 0.35f; // likeness to its own skin from which a pixel votes

    /// <summary>Mixes faces; the first decides what it looks like.</summary>
    /// <param name="shapes">The shape model.</param>
    /// <param name="people">Different people of one kind.</param>
    /// <param name="kinds">Says how old the mixture looks: what subjects are compared with.</param>
    /// <param name="expressions">Says what the mixture expresses.</param>
    /// <param name="isAverage">Whether all count alike.</param>
    public static Donor Mix(
        ShapeModel shapes, IReadOnlyList<DonorPicture> people, AgeSexNetwork kinds, ExpressionNetwork expressions,
        bool isAverage = false)
    {
        var points = ShapeOfMixture(shapes, people, isAverage ? people.Count : ShapeOf);
        var (frame, size) = Frame(points);
        var layers = new List<Layer>();
        try
        {
            foreach (var person in people)
                layers.Add(new Layer(shapes, person, frame, size, layers.FirstOrDefault()));
            using var lab = Mixed(layers, isAverage);
            using var bgr = lab.ToBgr();
            var landmarks = new Landmarks68([.. frame.Take(Landmarks68.Count)
                .Select(p => new PixelPoint((int)Math.Round(p.Real), (int)Math.Round(p.Imaginary)))]);
            Cv2.ImEncode(
                ".jpg", bgr, out var file, new ImageEncodingParam(ImwriteFlags.JpegQuality, Quality),
                new ImageEncodingParam((ImwriteFlags)SamplingFactor, FullColour));
            return new Donor(
                file, frame[..Landmarks68.Count], FaceEmbedding.Centre([.. people.Select(person => person.Embedding)]),
                FaceMeasures.Of(lab, frame), WhoOf(people, kinds.Look(bgr, landmarks)), expressions.Look(bgr, landmarks),
                people[0].Number)
            {
                IsAverage = isAverage,
            };
        }
        finally
        {
            layers.ForEach(layer => layer.Dispose());
        }
    }

    // As old as it looks, but a child only if its people are.
    private static AgeAndSex WhoOf(IReadOnlyList<DonorPicture> people, AgeAndSex seen)
    {
        var isChild = people.Average(person => person.Who.Age) < AgeAndSex.GrownUp;
        return new AgeAndSex(
            isChild ? Math.Min(seen.Age, AgeAndSex.GrownUp - 1) : Math.Max(seen.Age, AgeAndSex.GrownUp),
            people.Average(person => person.Who.Male));
    }

    // The mean of the first few, in the place of the mean shape.
    private static Complex[] ShapeOfMixture(ShapeModel shapes, IReadOnlyList<DonorPicture> people, int count)
    {
        var first = people.Take(count)
            .Select(person => SimilarityTransform.Between(person.Points, shapes.Mean).Apply(person.Points)).ToArray();
        return [.. Enumerable.Range(0, shapes.Mean.Length).Select(i => first.Aggregate(Complex.Zero, (sum, s) => sum + s[i])
            / first.Length)];
    }

    // The shape scaled to the texture's size, with its forehead.
    private static (Complex[] Points, Size Size) Frame(Complex[] shape)
    {
        var outline = FaceMesh.WithForehead(shape);
        var scale = Width / FaceMesh.WidthOf(shape);
        var corner = new Complex(outline.Min(p => p.Real), outline.Min(p => p.Imaginary));
        var points = Array.ConvertAll(outline, p => ((p - corner) * scale) + new Complex(Margin, Margin));
        return (points, new Size(
            Math.Ceiling(points.Max(p => p.Real)) + Margin, Math.Ceiling(points.Max(p => p.Imaginary)) + Margin));
    }

    private static Mat Mixed(List<Layer> layers, bool isAverage)
    {
        using var median = Median(layers);
        var mixed = median.Smooth(0.012 * Width);
        EvenForehead(mixed, layers[0]);
        foreach (var layer in layers)
            layer.Agree(mixed);
        AddFine(mixed, layers, isAverage);
        return mixed;
    }

    // Per channel of each pixel, of the coarse parts of those that vote there; of all, where fewer than two do.
    private static unsafe Mat Median(List<Layer> layers)
    {
        var size = layers[0].Lab.Size();
        var (rows, columns) = (size.Height, size.Width);
        var median = new Mat(size, MatType.CV_32FC3);
        var values = new float[layers.Count];
        for (var y = 0; y < rows; y++)
        {
            var to = (float*)median.Ptr(y);
            for (var x = 0; x < columns; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    var voters = Collect(x, y, channel, LeastVote);
                    if (voters < 2)
                        voters = Collect(x, y, channel, 0);
                    Array.Sort(values, 0, voters);
                    to[(3 * x) + channel] = (values[voters / 2] + values[(voters - 1) / 2]) / 2;
                }
            }
        }

        return median;

        int Collect(int x, int y, int channel, float least)
        {
            var voters = 0;
            foreach (var layer in layers)
            {
                if (layer.Votes.At<float>(y, x) >= least)
                    values[voters++] = layer.Coarse.At<Vec3f>(y, x)[channel];
            }

            return voters;
        }
    }

    // The first one's fine part where it is like the median, else that of the others that are.
    private static unsafe void AddFine(Mat mixed, List<Layer> layers, bool isAverage)
    {
        var (rows, columns) = (mixed.Rows, mixed.Cols);
        for (var y = 0; y < rows; y++)
        {
            var to = (float*)mixed.Ptr(y);
            for (var x = 0; x < columns; x++, to += 3)
            {
                var first = isAverage ? 0 : Math.Min(1, layers[0].Agreement.At<float>(y, x) * 1.3f);
                var (sum, weights) = (new Vec3f(), 0.3f);
                var own = isAverage ? default : LikeOthers(x, y);
                foreach (var layer in isAverage ? layers : layers.Skip(1))
                {
                    var agreement = layer.Agreement.At<float>(y, x);
                    sum += layer.Fine.At<Vec3f>(y, x) * agreement;
                    weights += agreement;
                }

                var fine = (own * first) + (sum * ((1 - first) * 0.8f / weights));
                (to[0], to[1], to[2]) = (to[0] + fine.Item0, to[1] + fine.Item1, to[2] + fine.Item2);
            }
        }

        // A strand is too thin for the coarse part to tell: nothing of the first is much finer than what any other has there.
        Vec3f LikeOthers(int x, int y)
        {
            var own = layers[0].Fine.At<Vec3f>(y, x);
            for (var channel = 0; channel < 3; channel++)
            {
                var (least, most) = (0f, 0f);
                foreach (var layer in layers.Skip(1))
                {
                    var other = layer.Fine.At<Vec3f>(y, x)[channel];
                    (least, most) = (Math.Min(least, other), Math.Max(most, other));
                }

                own[channel] = Math.Clamp(own[channel], least - OwnFineness, most + OwnFineness);
            }

            return own;
        }
    }

    // Hair and hard light of most leave patches above and beside the brows: skin is there as it is below, a little darker or
    // lighter.
    private static unsafe void EvenForehead(Mat coarse, Layer first)
    {
        var skin = first.Skin.Tone;
        using var share = first.AroundBrows.Smooth(0.03 * Width);
        var (rows, columns) = (coarse.Rows, coarse.Cols);
        for (var y = 0; y < rows; y++)
        {
            var p = (float*)coarse.Ptr(y);
            var above = (float*)share.Ptr(y);
            for (var x = 0; x < columns; x++, p += 3)
            {
                p[0] += above[x] * (Within(p[0] - skin.Item0, -7, 6) - (p[0] - skin.Item0));
                p[1] += above[x] * (Within(p[1] - skin.Item1, -3, 3) - (p[1] - skin.Item1));
                p[2] += above[x] * (Within(p[2] - skin.Item2, -4, 4) - (p[2] - skin.Item2));
            }
        }

        // Softly: a fifth of what is beyond stays, of hair as little as of a shadow.
        static float Within(float value, float least, float most)
        {
            var inside = Math.Clamp(value, least, most);
            return inside + Math.Clamp((value - inside) * 0.2f, -2, 2);
        }
    }

    /// <summary>One face, warped to the mixture's shape and given the first one's tone.</summary>
    private sealed class Layer : IDisposable
    {
        public Layer(ShapeModel shapes, DonorPicture person, Complex[] frame, Size size, Layer? first)
        {
            var from = FaceMesh.WithForehead(person.Points);
            using var map = shapes.Warp.Map(from, frame, size);
            using var none = new Mat();
            using var warped = person.Bgr.Remap(map, none, InterpolationFlags.Cubic, BorderTypes.Replicate);
            using var inside = Inside(map);
            Lab = warped.ToLab();
            using var sure = SureSkin.Mask(frame, size);
            Skin = SkinColours.Of(Lab, sure);
            if (first is not null)
                GiveTone(first.Skin);
            FillOutside(Lab, inside);
            Coarse = Lab.Smooth(DonorMixture.Coarse * Width);
            Fine = new Mat();
            Cv2.Subtract(Lab, Coarse, Fine);
            Votes = VotesOf(Lab, sure, frame, person.HasGlasses);
            AroundBrows = new Mat(size, MatType.CV_32FC1, Scalar.Black);
            Cv2.FillPoly(
                AroundBrows,
                [Forehead(frame, size), Temple(frame, 17, 36, 1, 0), Temple(frame, 26, 45, 15, size.Width)], Scalar.All(1));
        }

        /// <summary>1 above and beside the brows; <c>CV_32FC1</c>.</summary>
        public Mat AroundBrows { get; }

        public Mat Lab { get; }

        public SkinColours Skin { get; }

        public Mat Coarse { get; }

        public Mat Fine { get; }

        /// <summary>1 where it is what it should be, 0 where something covers it; <c>CV_32FC1</c>.</summary>
        public Mat Votes { get; }

        /// <summary>1 where it is like the median; <c>CV_32FC1</c>.</summary>
        public Mat Agreement { get; private set; } = new();

        public unsafe void Agree(Mat median)
        {
            using var agreement = new Mat(Lab.Size(), MatType.CV_32FC1);
            var (rows, columns) = (Lab.Rows, Lab.Cols);
            for (var y = 0; y < rows; y++)
            {
                var own = (float*)Coarse.Ptr(y);
                var other = (float*)median.Ptr(y);
                var votes = (float*)Votes.Ptr(y);
                var to = (float*)agreement.Ptr(y);
                for (var x = 0; x < columns; x++, own += 3, other += 3)
                {
                    var most = Math.Max(
                        Math.Abs(own[0] - other[0]), Math.Max(Math.Abs(own[1] - other[1]), Math.Abs(own[2] - other[2])));
                    to[x] = MathF.Exp(-most * most / (Tolerance * Tolerance)) * Math.Min(1, votes[x] / LeastVote);
                }
            }

            Agreement.Dispose();
            Agreement = agreement.Smooth(0.03 * Width);
        }

        public void Dispose()
        {
            Lab.Dispose();
            Coarse.Dispose();
            Fine.Dispose();
            Votes.Dispose();
            AroundBrows.Dispose();
            Agreement.Dispose();
        }

        private static Point[] Forehead(Complex[] frame, Size size)
        {
            var up = (frame[27] - frame[8]) * 0.1;
            return
            [
                .. frame[17..27].Select(brow => SureSkin.ToPoint(brow + up)), new Point(size.Width, frame[26].Imaginary),
                new Point(size.Width, 0), new Point(0, 0), new Point(0, frame[17].Imaginary),
            ];
        }

        // From the end of a brow and the corner of an eye to the edge.
        private static Point[] Temple(Complex[] frame, int brow, int corner, int jaw, double edge)
        {
            var outwards = (frame[corner] - frame[corner == 36 ? 39 : 42]) / 3;
            Complex[] inner = [frame[brow] + (0.5 * outwards), frame[corner] + (1.2 * outwards), frame[jaw]];
            return
            [
                new Point(edge, frame[brow].Imaginary - 20), .. inner.Select(SureSkin.ToPoint),
                new Point(edge, frame[jaw].Imaginary),
            ];
        }

        private void GiveTone(SkinColours tone)
        {
            Cv2.Subtract(Lab, ToScalar(Skin.Tone), Lab);
            Cv2.Multiply(Lab, new Scalar(Gain(0), Gain(1), Gain(2)), Lab);
            Cv2.Add(Lab, ToScalar(tone.Tone), Lab);

            double Gain(int i) => Math.Clamp(tone.Spread[i] / Skin.Spread[i], 0.6, 1.2);
            static Scalar ToScalar(Vec3f v) => new(v.Item0, v.Item1, v.Item2);
        }

        private static Mat Inside(Mat map)
        {
            using var x = map.ExtractChannel(0);
            var inside = new Mat();
            Cv2.Compare(x, new Scalar(-1e5), inside, CmpTypes.GT);
            return inside;
        }

        // The colours at the outline go on beyond it: neither a blur nor a compression sees an edge there.
        private static void FillOutside(Mat lab, Mat inside)
        {
            using var known = new Mat();
            inside.ConvertTo(known, MatType.CV_32FC1, 1 / 255.0);
            using var three = known.CvtColor(ColorConversionCodes.GRAY2BGR);
            using var filled = new Mat(lab.Size(), MatType.CV_32FC3, Cv2.Mean(lab, inside));
            using var outside = new Mat();
            Cv2.BitwiseNot(inside, outside);
            foreach (var sigma in new[] { 24.0, 8, 3 })
            {
                using var masked = lab.Mul(three).ToMat();
                using var sums = masked.Smooth(sigma);
                using var weights = three.Smooth(sigma);
                using var enough = new Mat();
                using var oneWeight = weights.ExtractChannel(0);
                Cv2.Compare(oneWeight, new Scalar(0.02), enough, CmpTypes.GT);
                using var mean = new Mat();
                Cv2.Divide(sums, weights, mean);
                mean.CopyTo(filled, enough);
            }

            filled.CopyTo(lab, outside);
        }

        // Skin votes; so do eyes, brows and mouth, which are none.
        private static Mat VotesOf(Mat lab, Mat sure, Complex[] frame, bool hasGlasses)
        {
            using var likeness = SkinColours.Likeness(lab, sure);
            var interocular = FaceMesh.InterocularOf(frame);
            using var features = new Mat(lab.Size(), MatType.CV_8UC1, Scalar.Black);
            foreach (var range in new[] { 17..22, 22..27, 36..42, 42..48, 48..60, 31..36 })
                Cv2.FillConvexPoly(features, Cv2.ConvexHull(SureSkin.Points(frame, range)), Scalar.White);
            // A beard is its wearer's.
            Cv2.FillConvexPoly(
                features, Cv2.ConvexHull([.. SureSkin.Points(frame, 3..14), .. SureSkin.Points(frame, 48..60)]), Scalar.White);
            using var around = Cv2.GetStructuringElement(
                MorphShapes.Ellipse, new Size(1 + (2 * (int)(0.14 * interocular)), 1 + (2 * (int)(0.14 * interocular))));
            Cv2.Dilate(features, features, around);
            likeness.SetTo(Scalar.All(1), features);
            if (hasGlasses)
            {
                Point[] glasses =
                [
                    .. SureSkin.Points(frame, 17..31), .. SureSkin.Points(frame, 36..48), SureSkin.ToPoint(frame[1]),
                    SureSkin.ToPoint(frame[15]),
                ];
                Cv2.FillConvexPoly(likeness, Cv2.ConvexHull(glasses), Scalar.Black);
            }

            return likeness.Smooth(0.02 * Width);
        }
    }
}
