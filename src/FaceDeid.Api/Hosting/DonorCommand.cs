using FaceDeid.Donors;

namespace FaceDeid.Api.Hosting;

/// <summary>The switch <c>--build-donors</c>: makes the default donors from the pictures that <c>make models</c> fetched.</summary>
internal static class DonorCommand
{
    public const string Switch = "--build-donors";

    /// <summary>Makes them, and says how many; the exit code.</summary>
    /// <exception cref="StartupException">A model or the pictures are missing.</exception>
    public static int BuildDonors(this WebApplication app)
    {
        try
        {
            Console.WriteLine($"{DonorSetup.Build(app.Services)} donor faces made");
            return 0;
        }
        catch (FaceDeidException e)
        {
            throw new StartupException($"The donors cannot be made. {e.Message}", e);
        }
    }
}
