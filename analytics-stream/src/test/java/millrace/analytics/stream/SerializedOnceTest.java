package millrace.analytics.stream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;

class SerializedOnceTest {
    private final List<String> serialized = new ArrayList<>();
    private final Serde<String> serde = SerializedOnce.of(Serdes.serdeFrom(
            (topic, value) -> {
                serialized.add(topic + ' ' + value);
                return value == null ? null : value.getBytes(UTF_8);
            },
            (topic, bytes) -> new String(bytes, UTF_8)));

    @Test
    void the_second_topic_of_a_value_gets_the_bytes_of_the_first() {
        assertThat(bytes("store", "one")).isSameAs(bytes("channel", "one")).isEqualTo("one".getBytes(UTF_8));
        assertThat(bytes("store", "two")).isEqualTo("two".getBytes(UTF_8));
        assertThat(bytes("store", null)).isNull();
        assertThat(bytes("store", "one")).isEqualTo("one".getBytes(UTF_8));

        assertThat(serialized).containsExactly("store one", "store two", "store null", "store one");
    }

    private byte[] bytes(String topic, String value) {
        return serde.serializer().serialize(topic, value);
    }
}
