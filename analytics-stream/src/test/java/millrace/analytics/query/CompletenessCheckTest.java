package millrace.analytics.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.ws.rs.ServiceUnavailableException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

/** An incomplete answer is refused. */
class CompletenessCheckTest {
    private static final QueryableStore<Long> STORE = new QueryableStore<>("views", Serdes.Long());

    private final List<String> rows = new ArrayList<>();
    private final CompletenessCheck<Long> complete =
            new CompletenessCheck<>(STORE, 3, (key, value) -> rows.add(key + "=" + value));

    @Test
    void every_partition_once_is_complete() throws IOException {
        local(Map.of(1, List.of("b"))).writeTo(complete);
        RowStream.read(sent(Map.of(0, List.of("a"), 2, List.of("c", "d"))), STORE, complete);
        complete.requireComplete();

        assertThat(rows).containsExactly("b=1", "a=1", "c=1", "d=1");
    }

    @Test
    void a_missing_partition_is_named() {
        complete.partition(1);

        assertThatThrownBy(complete::requireComplete)
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("partition 0, 2 of the store views");
    }

    @Test
    void a_partition_from_two_instances_is_named() {
        complete.partition(1);

        assertThatThrownBy(() -> complete.partition(1))
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("partition 1 of the store views");
    }

    @Test
    void a_stream_that_was_cut_off_anywhere_is_refused() throws IOException {
        var whole = sent(Map.of(0, List.of("a"), 1, List.of())).readAllBytes();

        for (int length = 0; length < whole.length; length++) {
            var cut = new ByteArrayInputStream(Arrays.copyOf(whole, length));
            var fresh = new CompletenessCheck<>(STORE, 2, (key, value) -> {});
            assertThatThrownBy(() -> RowStream.read(cut, STORE, fresh)).isInstanceOf(EOFException.class);
        }
    }

    private static ByteArrayInputStream sent(Map<Integer, List<String>> partitions) throws IOException {
        var out = new ByteArrayOutputStream();
        RowStream.write(local(partitions), STORE, out);
        return new ByteArrayInputStream(out.toByteArray());
    }

    private static LocalRows<Long> local(Map<Integer, List<String>> partitions) {
        var rows = new TreeMap<Integer, KeyValueIterator<String, Long>>();
        partitions.forEach((number, keys) -> rows.put(number, new Ones(new ArrayList<>(keys))));
        return new LocalRows<>(rows);
    }

    private record Ones(List<String> keys) implements KeyValueIterator<String, Long> {
        @Override
        public boolean hasNext() {
            return !keys.isEmpty();
        }

        @Override
        public KeyValue<String, Long> next() {
            return KeyValue.pair(keys.removeFirst(), 1L);
        }

        @Override
        public String peekNextKey() {
            return keys.getFirst();
        }

        @Override
        public void close() {
            keys.clear();
        }
    }
}
