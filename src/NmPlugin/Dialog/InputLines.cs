using System.Diagnostics;
using System.Text;

namespace NmPlugin.Dialog;

/// <summary>Standard input of a dialog, line by line, within bounds: a line, the whole and the time. A NUL ends a line too.</summary>
internal sealed class InputLines(Stream input)
{
    /// <summary>As NetworkManager's own reader has it; bytes, without the line's end.</summary>
    public const int MaxLine = 512 * 1024;

    /// <summary>Bytes; far more than the details of any connection.</summary>
    public const int MaxTotal = 4 * 1024 * 1024;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;
    private int _total;
    private bool _ended;

    /// <param name="patience">How long to wait for the rest of the line.</param>
    /// <returns>Without its end; null when there are no more lines.</returns>
    /// <exception cref="DialogException">The line, the whole input or the wait is too long, or the line is not UTF-8.</exception>
    public async ValueTask<string?> ReadAsync(TimeSpan patience)
    {
        long started = Stopwatch.GetTimestamp();
        for (int searched = 0; ;)
        {
            int length = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOfAny((byte)'\n', (byte)0);
            if (length >= 0)
            {
                return Take(searched + length, endLength: 1);
            }
            searched = _end - _start;
            if (searched > MaxLine)
            {
                throw TooLong();
            }
            if (_ended || !await FillAsync(patience - Stopwatch.GetElapsedTime(started)).ConfigureAwait(false))
            {
                _ended = true;
                return searched == 0 ? null : Take(searched, endLength: 0);
            }
        }
    }

    private string Take(int length, int endLength)
    {
        if (length > MaxLine)
        {
            throw TooLong();
        }
        try
        {
            return s_strict.GetString(_buffer, _start, length);
        }
        catch (DecoderFallbackException)
        {
            throw new DialogException("a line on standard input is not UTF-8");
        }
        finally
        {
            _start += length + endLength;
        }
    }

    private static DialogException TooLong() => new($"a line on standard input is longer than {MaxLine / 1024} KiB");

    /// <returns>False at the end of the input.</returns>
    private async ValueTask<bool> FillAsync(TimeSpan patience)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }
        int count;
        try
        {
            // A read from a pipe cannot be called off; it ends with the process.
            Task<int> read = input.ReadAsync(_buffer.AsMemory(_end)).AsTask();
            count = await read.WaitAsync(patience > TimeSpan.Zero ? patience : TimeSpan.Zero).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new DialogException("the caller sent nothing more, and no DONE, on standard input");
        }
        catch (IOException e)
        {
            throw new DialogException($"standard input cannot be read: {e.Message}");
        }
        _end += count;
        _total += count;
        return _total <= MaxTotal ? count > 0 : throw new DialogException($"standard input is longer than {MaxTotal / 1024 / 1024} MiB");
    }
}
