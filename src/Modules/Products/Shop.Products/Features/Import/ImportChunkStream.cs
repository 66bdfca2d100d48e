using Microsoft.EntityFrameworkCore;
using Shop.Products.Data;

namespace Shop.Products.Features.Import;

/// <summary>An uploaded file, read from the database a chunk at a time.</summary>
internal sealed class ImportChunkStream(IDbContextFactory<ProductsDbContext> contexts, Guid import) : Stream
{
    private byte[] _chunk = [];
    private int _at;
    private int _next;
    private long _position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_at == _chunk.Length)
        {
            await using var db = contexts.CreateDbContext();
            _chunk =
                await db
                    .ImportChunks.Where(c => c.ImportId == import && c.Number == _next)
                    .Select(c => c.Bytes)
                    .FirstOrDefaultAsync(cancellationToken)
                ?? [];
            (_at, _next) = (0, _next + 1);
        }
        var count = Math.Min(buffer.Length, _chunk.Length - _at);
        _chunk.AsMemory(_at, count).CopyTo(buffer);
        _at += count;
        _position += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() { }
}
