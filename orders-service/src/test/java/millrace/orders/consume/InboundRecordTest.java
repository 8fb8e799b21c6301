package millrace.orders.consume;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class InboundRecordTest {
    private final ConsumerRecord<byte[], byte[]> record =
            new ConsumerRecord<>("transactions-orders-g2", 1, 5, "o1".getBytes(UTF_8), new byte[0]);

    @Test
    void a_record_lies_where_it_was_read() {
        assertThat(InboundRecord.of(record).deadLetterId()).startsWith("transactions-1-5-");
    }

    @Test
    void another_record_at_the_same_offset_of_a_topic_that_was_made_again_lies_elsewhere() {
        var later = new ConsumerRecord<>(record.topic(), 1, 5, record.key(), "later".getBytes(UTF_8));

        assertThat(InboundRecord.of(later).deadLetterId())
                .startsWith("transactions-1-5-")
                .isNotEqualTo(InboundRecord.of(record).deadLetterId());
    }

    @Test
    void a_record_that_was_restored_lies_where_it_lay_first() {
        record.headers().add("replay-origin", "transactions/1/1/4711".getBytes(UTF_8));

        assertThat(InboundRecord.of(record).deadLetterId()).startsWith("transactions-1-4711-");
    }

    @Test
    void a_header_that_is_none_of_a_restoration_is_not_believed() {
        record.headers().add("replay-origin", "somewhere else".getBytes(UTF_8));

        assertThat(InboundRecord.of(record).offset()).isEqualTo(5);
    }
}
