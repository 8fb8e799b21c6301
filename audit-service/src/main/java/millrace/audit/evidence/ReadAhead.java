package millrace.audit.evidence;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Reads what will be asked for next on threads of its own, while what was read before is used. It holds {@value #AHEAD}
 * results at most.
 */
final class ReadAhead<K, V> implements AutoCloseable {
    private static final int AHEAD = 2;

    private final ExecutorService threads =
            Executors.newFixedThreadPool(AHEAD, work -> new Thread(work, "audit-read-ahead"));
    private final Reader<K, V> reader;
    private final Deque<K> expected = new ArrayDeque<>();
    private final Deque<Begun<K, V>> begun = new ArrayDeque<>();

    ReadAhead(Reader<K, V> reader) {
        this.reader = reader;
    }

    /** Reads from the database; by several threads at a time. */
    interface Reader<K, V> {
        V read(K key) throws SQLException;
    }

    private record Begun<K, V>(K key, Future<V> value) {}

    /** Sets what will be asked for, in this order; not all of it has to be. */
    void expect(Collection<? extends K> keys) {
        begun.clear();
        expected.clear();
        expected.addAll(keys);
        begin();
    }

    /** Returns what a key stands for; if it was expected, begins to read what is expected behind it. */
    V read(K asked) throws SQLException {
        if (begun.stream().noneMatch(reading -> reading.key().equals(asked)) && !expected.contains(asked)) {
            return reader.read(asked);
        }
        while (!begun.isEmpty() && !begun.peek().key().equals(asked)) {
            begun.remove();
        }
        if (begun.isEmpty()) {
            while (!expected.peek().equals(asked)) {
                expected.remove();
            }
            begin();
        }
        var read = result(begun.remove().value());
        begin();
        return read;
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void begin() {
        while (begun.size() < AHEAD && !expected.isEmpty()) {
            var next = expected.remove();
            begun.add(new Begun<>(next, threads.submit(() -> reader.read(next))));
        }
    }

    private static <V> V result(Future<V> value) throws SQLException {
        try {
            return value.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case SQLException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                default -> throw new IllegalStateException("Entries could not be read", e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("The verification was interrupted", e);
        }
    }
}
