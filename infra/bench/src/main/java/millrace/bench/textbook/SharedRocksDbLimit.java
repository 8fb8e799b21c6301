package millrace.bench.textbook;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.WriteBufferManager;

/** Bounds the memory of all stores of the process together, as the manual of Kafka Streams advises. */
public final class SharedRocksDbLimit implements RocksDBConfigSetter {
    private static final long CACHE_BYTES = 48L << 20;
    private static final long WRITE_BUFFERS_BYTES = 24L << 20;
    private static final long WRITE_BUFFER_BYTES = 2L << 20;
    private static final Cache CACHE;
    private static final WriteBufferManager WRITE_BUFFERS;

    static {
        RocksDB.loadLibrary(); // The settings are read before the first store is opened, which would load it.
        CACHE = new LRUCache(CACHE_BYTES, -1, false, 0.1);
        WRITE_BUFFERS = new WriteBufferManager(WRITE_BUFFERS_BYTES, CACHE);
    }

    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
        var table = (BlockBasedTableConfig) options.tableFormatConfig();
        table.setBlockCache(CACHE);
        table.setCacheIndexAndFilterBlocks(true);
        options.setTableFormatConfig(table);
        options.setWriteBufferManager(WRITE_BUFFERS);
        options.setWriteBufferSize(WRITE_BUFFER_BYTES);
        options.setMaxWriteBufferNumber(2);
    }

    @Override
    public void close(String store, Options options) {
        // The cache and the write buffers are shared by all stores until the process ends.
    }
}
