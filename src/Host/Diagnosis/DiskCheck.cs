using System.Globalization;

namespace AgentPost.Host.Diagnosis;

/// <summary>Checks that the disk of the data folder has room for mail.</summary>
static class DiskCheck
{
    const long Megabyte = 1024 * 1024;

    public static Task<string> RunAsync(DoctorTarget target, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (target.Store.Disk.FindShortage() is { } shortage)
        {
            throw new CheckFailedException(shortage);
        }
        var folder = target.Options.DataFolder;
        var free = new DriveInfo(folder).AvailableFreeSpace / Megabyte;
        return Task.FromResult(string.Create(CultureInfo.InvariantCulture, $"{free} MB are free in {folder}"));
    }
}
