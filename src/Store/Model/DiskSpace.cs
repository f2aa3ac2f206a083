using System.Globalization;
using Microsoft.Extensions.Logging;

namespace AgentPost.Store.Model;

/// <summary>
/// The disk of the data folder: the spool, and the embedded database. Mail is no longer accepted when little of it is
/// free, because a database without room stops for everyone. Thread-safe.
/// </summary>
public sealed class DiskSpace
{
    // Asking the system for each message would cost more than it tells.
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

    /// <summary>Why no mail is accepted, in a sentence without its full stop; null if there is room.</summary>
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

    /// <summary>Throws <see cref="StoreFullException"/> if no mail is accepted.</summary>
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
            // What cannot be measured rejects no mail; if the disk is full, writing fails.
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
