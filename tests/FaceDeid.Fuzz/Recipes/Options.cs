using FaceDeid.Fuzz.Mutating;
using FaceDeid.Fuzz.Seeds;

namespace FaceDeid.Fuzz.Recipes;

/// <summary>The fields beside the file. Most are such that the file is looked at, and in little time; some are odd.</summary>
internal static class Options
{
    private const string Faces =
        """{"image":{"width":150,"height":150},"faces":[{"id":1,"box":{"x":30,"y":25,"width":90,"height":90},"score":1.5,"detector":"hog"},{"id":2,"polygon":[{"x":1,"y":1},{"x":40,"y":3},{"x":20,"y":50}]}]}""";

    private static readonly (string, int)[] Detectors =
        [("hog", 30), ("haar", 16), ("haarProfile", 2), ("ultraFace", 3), ("yuNet", 1), ("auto", 1)];

    private static readonly (string, int)[] Methods =
    [
        ("blur", 6), ("pixelate", 6), ("mask", 6), ("eyebar", 3), ("threshold", 3), ("merge", 3), ("replace", 3), ("average", 2),
        ("scramble", 3),
    ];

    /// <summary>Names that belong to one call or another, and to none.</summary>
    private static readonly string[] Names =
    [
        "detector", "thorough", "upsample", "scaleFactor", "minNeighbors", "minFaceSize", "minScore", "compat", "format", "color",
        "alpha", "quality", "mode", "normalization", "size", "align", "method", "strength", "allowWeak", "region", "gray",
        "onNoFace", "faces", "redetect", "verify", "pseudonymKey", "keyId", "passphrase", "recipients", "sidecar", "report",
        "privateKey", "keep", "only", "k", "algorithm", "neighbours", "components", "select", "output", "multipleFaces",
        "onBadImage", "onDamage", "inputHashes", "subjects", "subjectPattern", "pictures", "image", "images", "archive",
        "dataset", "first", "Image", "", "x",
    ];

    /// <summary>Fields by name and value.</summary>
    public static List<(string Name, string Value)> Of(Target target, Dice dice)
    {
        var fields = new List<(string, string)>();
        switch (target.Name)
        {
            case "detect": Detection(fields, dice); break;
            case "landmarks":
                Detection(fields, dice);
                Maybe("format", dice.Of<string>(["json", "png", "jpeg", "webp"]), 2);
                Maybe("compat", "notebook", 8);
                Maybe("color", "#FF8800", 4);
                break;
            case "merge":
                Maybe("size", dice.Of<string>(["16", "64", "300", "300", "1024"]), 2);
                Maybe("format", dice.Of<string>(["png", "jpeg", "webp"]), 2);
                if (dice.OneIn(4))
                    Detection(fields, dice);
                Maybe("compat", "notebook", 6);
                Maybe("align", "landmarks", 8);
                Maybe("mode", "landmarks", 8);
                break;
            case "deidentify":
                Treatment(fields, dice);
                Maybe("format", dice.Of<string>(["json", "png", "jpeg", "webp", "multipart"]), 2);
                break;
            case "seal":
                Treatment(fields, dice);
                Maybe("format", dice.Of<string>(["png", "jpeg", "webp"]), 2);
                Maybe("sidecar", "true", 3);
                Maybe("report", "true", 3);
                Maybe("recipients", Recipients(dice), 3);
                break;
            case "restore" or "rewrap":
                Maybe("faces", dice.Of<string>(["1", "1,2", "2", "9999999"]), 4);
                Maybe("passphrase", SealSeeds.Passphrase, 12); // slow on purpose
                Maybe("privateKey", SealSeeds.PrivateKey, 4);
                if (target.Name is "rewrap")
                    fields.Add(("recipients", Recipients(dice)));
                break;
            case "collections":
                fields.Add(("k", "2"));
                fields.Add(("onBadImage", dice.OneIn(3) ? "fail" : "skip"));
                Maybe("onDamage", "accept", 3);
                Maybe(
                    "algorithm", dice.Of<string>(
                        ["k-same-pixel", "k-same-eigen", "k-same-m", "k-same-select", "k-same-furthest", "k-diff-furthest"]), 2);
                Maybe("subjectPattern", "{subject}/*", 2);
                Maybe("output", "photos", 6);
                Maybe("format", dice.Of<string>(["jsonl", "zip"]), 4);
                Maybe("subjects", Damaged("subject,index,label\na,0,x\nb,1,y\nc,2,x\n", dice), 4);
                break;
            case "evaluate":
                fields.Add(("onBadImage", dice.OneIn(2) ? "fail" : "skip"));
                Maybe("onDamage", "accept", 3);
                Maybe("format", dice.Of<string>(["json", "html", "zip", "jsonl"]), 3);
                Maybe("subjects", Damaged("subject,file\na,originals/1.jpg\n", dice), 8);
                break;
        }

        if (dice.OneIn(12))
            fields.Add((dice.Of(Names), TextMutations.OddValue(dice)));
        return fields;

        void Maybe(string name, string value, int oneIn)
        {
            if (dice.OneIn(oneIn))
                fields.Add((name, value));
        }
    }

    private static void Detection(List<(string, string)> fields, Dice dice)
    {
        var detector = dice.Weighted(Detectors);
        fields.Add(("detector", detector));
        if (detector is "hog")
            fields.Add(("upsample", "0"));
        if (detector is "haar" or "haarProfile")
            fields.Add(("scaleFactor", "1.4"));
        if (dice.OneIn(200))
            fields.Add(("thorough", "true"));
        if (dice.OneIn(8))
            fields.Add(("minFaceSize", "40"));
        if (dice.OneIn(3))
            fields.Add(("onDamage", "accept"));
    }

    private static void Treatment(List<(string, string)> fields, Dice dice)
    {
        Detection(fields, dice);
        var method = dice.Weighted(Methods);
        fields.Add(("method", method));
        if (method is "eyebar" or "threshold" or "merge")
            fields.Add(("allowWeak", "true"));
        if (!dice.OneIn(4))
            fields.Add(("onNoFace", "pass"));
        if (!dice.OneIn(10))
            fields.Add(("verify", "false"));
        if (dice.OneIn(3))
            fields.Add(("region", "hull"));
        if (dice.OneIn(6))
            fields.Add(("color", "#336699"));
        if (dice.OneIn(5))
            fields.Add(("faces", dice.OneIn(3) ? GivenFaces.Of(dice) : Damaged(Faces, dice)));
        if (dice.OneIn(12))
            fields.Add(("redetect", "true"));
    }

    private static string Recipients(Dice dice) => Damaged(
        dice.Of<string>(
        [
            """[{"keyId":"archive"}]""",
            """[{"keyId":"archive","faces":[1]},{"key":"ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM="}]""",
        ]),
        dice);

    private static string Damaged(string text, Dice dice)
    {
        for (var left = dice.Below(3); left > 0; left--)
            text = TextMutations.Apply(text, dice).Text;
        return text;
    }
}
