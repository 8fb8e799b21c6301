package millrace.analytics.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Rows of one kind in a {@link TaskState}: text → value. Values are immutable; a change is a {@link #put}. Only the stream
 * thread of the task uses it. Changed rows are held until they are committed, and the latest unchanged ones as objects.
 */
public final class StateTable<V> {
    private final TableSpec<V> spec;
    private final TaskState state;

    /** Rows that the base does not have yet. */
    private final Map<String, Row<V>> overlay = new HashMap<>();

    /** Those in the order of their keys, from the first range that is asked for; {@code null} before. */
    private TreeMap<String, Row<V>> ordered;

    private final Map<String, Row<V>> cache;

    /** The one that was looked up last: most rows are changed right after they are read. */
    private Row<V> last;

    /** A row; the value is {@code null} while a deletion is not in the base. Timestamps are milliseconds since 1970. */
    public static final class Row<V> {
        final StateTable<V> table;
        final String key;
        V value;
        long timestamp;

        /** As the base has it, while nothing has asked for the value. */
        private byte[] unread;

        /** Whether only the base has the value. */
        private boolean unheld;

        /** The value's bytes, once something has asked for them. */
        private byte[] payload;

        /** Bytes of the row in the base; 0 where that has none. */
        int stored;

        /** Place of the row that the base has. */
        long place;

        /** Commits that have the row and are not in the base. */
        int pending;

        boolean changed;

        /** Whether this value was passed on before its commit, in the same transaction. */
        boolean emitted;

        /** Whether any value was passed on since the base had none. */
        boolean announced;

        private Row(StateTable<V> table, String key) {
            this.table = table;
            this.key = key;
        }

        /** Returns true if the row came and went, and nothing else knows of it. */
        boolean isNothing() {
            var forgotten = table.spec.emission() == TableSpec.Emission.ONCE || !announced;
            return value == null && stored == 0 && pending == 0 && forgotten;
        }

        /** Returns {@code null} where the row has no value. */
        byte[] payload() {
            if (payload == null && value != null) {
                payload = table.spec.value().serializer().serialize("", value);
            }
            return payload;
        }

        /** The base has all that is known of the row. */
        void release() {
            announced = announced && value != null;
            payload = null;
            if (!table.spec.held() && value != null) {
                value = null;
                unheld = true;
            }
            table.release(this);
        }

        public String key() {
            return key;
        }

        public V value() {
            return value;
        }

        public long timestamp() {
            return timestamp;
        }
    }

    StateTable(TableSpec<V> spec, TaskState state) {
        this.spec = spec;
        this.state = state;
        cache = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Row<V>> eldest) {
                return size() > spec.cached();
            }
        };
    }

    TableSpec<V> spec() {
        return spec;
    }

    /** Returns the row, or {@code null} where there is none. */
    public Row<V> row(String key) {
        var row = known(key);
        return row.value == null ? null : row;
    }

    /** Returns the value of the row, or {@code null} where there is none. */
    public V get(String key) {
        return known(key).value;
    }

    /** Returns the row, without a value where there is none: that is held as well, because a new row is looked for first. */
    private Row<V> known(String key) {
        return read(unread(key));
    }

    /** Returns the row with or without its value read: for a caller that does not need it. */
    private Row<V> unread(String key) {
        if (last != null && last.key.equals(key)) {
            return last;
        }
        var row = overlay.get(key);
        if (row == null) {
            row = cache.get(key);
        }
        if (row == null) {
            var stored = state.stored(bytes(key));
            row = stored == null ? new Row<>(this, key) : row(key, stored);
            cache.put(key, row);
        }
        last = row;
        return row;
    }

    /** @param timestamp of the event that changed it: it decides when the row expires */
    public void put(String key, V value, long timestamp) {
        var row = unread(key);
        row.value = value;
        row.timestamp = timestamp;
        changed(row);
    }

    public void delete(String key) {
        delete(unread(key));
    }

    /** Returns false where there was no value. */
    private boolean delete(Row<V> row) {
        if (row.value == null && row.unread == null && !row.unheld) {
            return false;
        }
        row.value = null;
        changed(row);
        return true;
    }

    /** Deletes a row that has expired: nothing is passed on. */
    void expire(String key) {
        if (!holds(key)) {
            var row = unread(key);
            row.emitted = delete(row);
        }
    }

    /** Keeps what is left of a row that no event has changed since the last commit. */
    void keep(String key, byte[] stored, StateTtl.Remains<V> remains) {
        if (!holds(key)) {
            var value = value(stored);
            var left = remains.of(key, value);
            if (left == null) {
                expire(key);
            } else if (left != value) {
                put(key, left, ByteBuffer.wrap(stored).getLong(Long.BYTES));
            }
        }
    }

    private void changed(Row<V> row) {
        row.unread = null;
        row.unheld = false;
        row.payload = null;
        row.emitted = false;
        if (!row.changed) {
            row.changed = true;
            if (row.pending == 0) {
                cache.remove(row.key);
                overlay.put(row.key, row);
                if (ordered != null) {
                    ordered.put(row.key, row);
                }
            }
            state.changed(row);
        }
    }

    /**
     * Returns rows of a range of keys in their order.
     *
     * @param last inclusive; {@code null} for the end of the table
     * @param most number of rows at most
     */
    public List<Row<V>> range(String first, String last, int most) {
        var rows = new ArrayList<Row<V>>();
        if (ordered == null) {
            ordered = new TreeMap<>(overlay);
        }
        var held = last == null ? ordered.tailMap(first, true) : ordered.subMap(first, true, last, true);
        held.values().stream().filter(row -> row.value != null).limit(most).forEach(rows::add);
        try (var stored = state.stored(bytes(first), last == null ? end() : bytes(last))) {
            for (var taken = 0; taken < most && stored.hasNext(); ) {
                var next = stored.next();
                var key = key(next.key);
                if (!overlay.containsKey(key)) {
                    var cached = cache.get(key);
                    rows.add(read(cached == null ? row(key, next.value) : cached));
                    taken++;
                }
            }
        }
        rows.sort(Comparator.comparing(Row::key));
        return rows.size() <= most ? rows : rows.subList(0, most);
    }

    /** Returns all rows in the order of their keys: for tables of some hundred rows. */
    public List<Row<V>> all() {
        return range("", null, Integer.MAX_VALUE);
    }

    /** Returns committed rows in the order of their keys, for any thread. The caller closes them. */
    KeyValueIterator<String, V> committed(String first, String last) {
        var stored = state.stored(bytes(first == null ? "" : first), last == null ? end() : bytes(last));
        return new KeyValueIterator<>() {
            @Override
            public boolean hasNext() {
                return stored.hasNext();
            }

            @Override
            public KeyValue<String, V> next() {
                var row = stored.next();
                return KeyValue.pair(key(row.key), value(row.value));
            }

            @Override
            public String peekNextKey() {
                return key(stored.peekNextKey());
            }

            @Override
            public void close() {
                stored.close();
            }
        };
    }

    /** Behind the last possible key: no UTF-8 text has this byte. */
    Bytes end() {
        return Bytes.wrap(new byte[] {(byte) spec.id(), (byte) 0xff});
    }

    /** Returns true if the row is changed, or in a commit that the base does not have. */
    boolean holds(String key) {
        return overlay.containsKey(key);
    }

    private void release(Row<V> row) {
        overlay.remove(row.key);
        if (ordered != null) {
            ordered.remove(row.key);
        }
        cache.put(row.key, row);
    }

    /** Forgets what is not in the base. */
    void clear() {
        overlay.clear();
        ordered = null;
        cache.clear();
        last = null;
    }

    Bytes bytes(String key) {
        var text = key.getBytes(UTF_8);
        var bytes = new byte[text.length + 1];
        bytes[0] = (byte) spec.id();
        System.arraycopy(text, 0, bytes, 1, text.length);
        return Bytes.wrap(bytes);
    }

    static String key(Bytes bytes) {
        return new String(bytes.get(), 1, bytes.get().length - 1, UTF_8);
    }

    /** Reads the value behind the header of a stored row. */
    private V value(byte[] stored) {
        return parse(Arrays.copyOfRange(stored, TaskState.ROW_HEADER, stored.length));
    }

    V parse(byte[] payload) {
        return spec.value().deserializer().deserialize("", payload);
    }

    private Row<V> row(String key, byte[] stored) {
        var row = new Row<>(this, key);
        row.place = ByteBuffer.wrap(stored).getLong();
        row.timestamp = ByteBuffer.wrap(stored).getLong(Long.BYTES);
        row.unread = stored;
        row.stored = 1 + key.getBytes(UTF_8).length + stored.length;
        return row;
    }

    private Row<V> read(Row<V> row) {
        if (row.unheld) {
            row.unread = state.stored(bytes(row.key));
            row.unheld = false;
        }
        if (row.unread != null) {
            row.value = value(row.unread);
            row.unread = null;
        }
        return row;
    }
}
