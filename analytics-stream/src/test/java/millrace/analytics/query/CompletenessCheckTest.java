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
import millrace.analytics.engine.TableSpec;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

/** An incomplete answer is refused. */
class CompletenessCheckTest {
    private static final QueryableTable<Long> VIEWS =
            new QueryableTable<>("views", "aggregates", TableSpec.of('P', "views", Serdes.Long(), 1));

    private final List<String> rows = new ArrayList<>();
    private final CompletenessCheck<Long> complete =
            new CompletenessCheck<>(VIEWS, 3, (key, value) -> rows.add(key + "=" + value));

    @Test
    void every_partition_once_is_complete() throws IOException {
        local(Map.of(1, List.of("b"))).writeTo(complete);
        RowStream.read(sent(Map.of(0, List.of("a"), 2, List.of("c", "d"))), VIEWS, complete);
        complete.requireComplete();

        assertThat(rows).containsExactly("b=1", "a=1", "c=1", "d=1");
    }

    @Test
    void a_missing_partition_is_named() {
        complete.partition(1);

        assertThatThrownBy(complete::requireComplete)
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("partition 0, 2 of the table views");
    }

    @Test
    void a_partition_from_two_instances_is_named() {
        complete.partition(1);

        assertThatThrownBy(() -> complete.partition(1))
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("partition 1 of the table views");
    }

    @Test
    void a_stream_that_was_cut_off_anywhere_is_refused() throws IOException {
        var whole = sent(Map.of(0, List.of("a"), 1, List.of())).readAllBytes();

        for (int length = 0; length < whole.length; length++) {
            var cut = new ByteArrayInputStream(Arrays.copyOf(whole, length));
            var fresh = new CompletenessCheck<>(VIEWS, 2, (key, value) -> {});
            assertThatThrownBy(() -> RowStream.read(cut, VIEWS, fresh)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void a_partition_is_read_until_it_has_given_enough_and_its_window_ends() throws IOException {
        var keys = List.of("09:00Z|a", "10:00Z|b", "10:00Z|c", "11:00Z|d", "12:00Z|e");
        var enough = new CompletenessCheck<>(VIEWS, 2, 2, (key, value) -> rows.add(key));
        var unread = new ArrayList<>(keys);

        new LocalRows<Long>(Map.of(0, new Ones(unread))).writeTo(enough);
        RowStream.read(sent(Map.of(1, keys)), VIEWS, enough);
        enough.requireComplete();

        assertThat(unread).as("rows that were not read").containsExactly("11:00Z|d", "12:00Z|e");
        assertThat(rows).containsExactly("09:00Z|a", "10:00Z|b", "10:00Z|c", "09:00Z|a", "10:00Z|b", "10:00Z|c");
    }

    @Test
    void the_next_page_is_read_from_the_window_that_the_last_one_ended_with() {
        var month = new KeyRange("2016-01-01T00:00:00", "2016-02-01T00:00:00~");

        assertThat(month.from("2016-01-20T10:00:00.500Z|shop|ann"))
                .isEqualTo(new KeyRange("2016-01-20T10:00:00.500Z|", "2016-02-01T00:00:00~"));
        assertThat(month.from("2015-01-20T10:00:00Z|shop|ann")).isEqualTo(month);
        assertThat(month.from("")).isEqualTo(month);
        assertThat(month.from("United Kingdom|GBP")).isEqualTo(month);
    }

    private static ByteArrayInputStream sent(Map<Integer, List<String>> partitions) throws IOException {
        var out = new ByteArrayOutputStream();
        RowStream.write(local(partitions), VIEWS, out);
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
