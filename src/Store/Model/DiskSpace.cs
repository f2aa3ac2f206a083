using System.Globalization;
using Microsoft.Extensions.Logging;

namespace AgentPost.Store.Model;

/// <summary>
/// The free space on the disk of the data folder, with the spool and the embedded database. Mail is rejected when
/// little space is free, because a database on a full disk stops for all inboxes. Thread-safe.
/// </summary>
public sealed class DiskSpace
{
    // Checking for every message would be too expensive.
    static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    readonly string _folder;
    readonly long _minFree;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Lock _lock = new();
    long? _checkedAt;
    long _free;
    bool _isLow;

    internal DiskSpace(string folder, long minFree, TimeProvider time, ILogger logger)
    {
        (_folder, _minFree, _time, _logger) = (folder, minFree, time, logger);
    }

    /// <summary>
    /// Returns why mail is rejected, as a sentence without a period, or null if there is enough space.
    /// </summary>
    public string? FindShortage()
    {
        if (_minFree == 0)
        {
            return null;
        }
        lock (_lock)
        {
            if (_checkedAt is not { } at || _time.GetElapsedTime(at) > CheckInterval)
            {
                Check();
            }
            return _isLow
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"The disk of {_folder} has {_free} bytes free, less than Limits:FreeDisk ({_minFree}); "
                        + $"no mail is accepted")
                : null;
        }
    }

    /// <summary>Throws <see cref="StoreFullException"/> if mail is rejected.</summary>
    public void EnsureRoom()
    {
        if (FindShortage() is not null)
        {
            throw new StoreFullException("The disk of the server is almost full.");
        }
    }

    void Check()
    {
        _checkedAt = _time.GetTimestamp();
        try
        {
            _free = new DriveInfo(_folder).AvailableFreeSpace;
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // If the free space is unknown, do not reject mail. If the disk is full, writing fails.
            _free = long.MaxValue;
        }
        var wasLow = _isLow;
        _isLow = _free < _minFree;
        if (_isLow && !wasLow)
        {
            Log.DiskLow(_logger, _folder, _free, _minFree);
        }
        else if (wasLow && !_isLow)
        {
            Log.DiskFreed(_logger, _folder, _free);
        }
    }
}
