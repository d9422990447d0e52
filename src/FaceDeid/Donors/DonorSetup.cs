using FaceDeid.Models;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Donors;

/// <summary>Makes the default donors, once, when the service is set up.</summary>
public static class DonorSetup
{
    // In the models' cache: the pictures that the default donors are made of.
    private const string PicturesFolder = "donor-pictures";

    /// <summary>Makes the donor file in the models' cache from the pictures there.</summary>
    /// <param name="services">Where the library is.</param>
    /// <returns>How many donors there are.</returns>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.ModelUnavailable"/>: a model or the pictures are missing.
    /// </exception>
    public static int Build(IServiceProvider services)
    {
        var manifest = services.GetRequiredService<ModelManifest>();
        using var library = services.GetRequiredService<DonorBuilder>().Build(manifest.CachePath(PicturesFolder));
        library.Save(manifest.CachePath(DonorLibrary.FileName));
        return library.Donors.Count;
    }
}
