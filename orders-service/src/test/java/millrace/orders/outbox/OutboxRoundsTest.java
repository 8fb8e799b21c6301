package millrace.orders.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A record is sent only after the earlier ones of its key are confirmed. */
class OutboxRoundsTest {
    @Test
    void a_record_waits_for_the_one_before_it_of_its_key_and_all_later_ones_wait_with_it() {
        var rows = List.of(row(1, "orders", "a"), row(2, "orders", "b"), row(3, "orders", "a"), row(4, "orders", "c"));

        assertThat(ids(rows)).containsExactly(List.of(1L, 2L), List.of(3L, 4L));
    }

    @Test
    void a_key_stands_for_itself_on_each_channel() {
        assertThat(ids(List.of(row(1, "orders", "a"), row(2, "order-state", "a"))))
                .containsExactly(List.of(1L, 2L));
    }

    @Test
    void records_without_a_key_keep_their_order_too() {
        assertThat(ids(List.of(row(1, "transactions-dlq", null), row(2, "transactions-dlq", null))))
                .hasSize(2);
    }

    @Test
    void a_round_has_no_more_of_a_channel_than_one_batch_takes() {
        var half = new byte[OutboxProducer.ROUND_BYTES / 2];
        var whole = new byte[OutboxProducer.ROUND_BYTES * 2];

        assertThat(ids(List.of(
                        row(1, "orders", "a", half),
                        row(2, "order-state", "a", half),
                        row(3, "orders", "b", half),
                        row(4, "orders", "c", whole),
                        row(5, "orders", "d", half))))
                .containsExactly(List.of(1L, 2L), List.of(3L), List.of(4L), List.of(5L));
    }

    private static List<List<Long>> ids(List<OutboxRow> rows) {
        return OutboxProducer.rounds(rows).stream()
                .map(round -> round.stream().map(OutboxRow::id).toList())
                .toList();
    }

    private static OutboxRow row(long id, String channel, String key) {
        return row(id, channel, key, new byte[0]);
    }

    private static OutboxRow row(long id, String channel, String key, byte[] value) {
        return new OutboxRow(
                id, new OutboxMessage(channel, key == null ? null : key.getBytes(UTF_8), Map.of(), value), false);
    }
}
