package millrace.analytics.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import millrace.events.Catalogue;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.Test;

class InternalFormatTest {
    private final Serde<String> serde = InternalFormat.of(Serdes.String());

    @Test
    void a_value_is_read_as_it_was_written() {
        assertThat(read(serde.serializer().serialize("a-store", "a row"))).isEqualTo("a row");
        assertThat(serde.serializer().serialize("a-store", null)).isNull();
        assertThat(read(null)).isNull();
    }

    @Test
    void bytes_of_another_release_are_refused_with_what_to_do() {
        for (var bytes : new byte[][] {{}, {1, 'a'}, {InternalFormat.VERSION + 1, 'a'}}) {
            assertThatThrownBy(() -> read(bytes))
                    .isInstanceOf(UnknownFormatException.class)
                    .hasMessageContaining("a-store")
                    .hasMessageContaining("build a generation of its own");
        }
    }

    @Test
    void the_catalogue_has_its_version_by_which_data_of_another_one_is_refused_at_home() {
        assertThat(Catalogue.document()
                        .at("/x-internal-format/analytics-stream")
                        .asInt())
                .as("x-internal-format of analytics-stream in channels.yaml, which is InternalFormat.VERSION")
                .isEqualTo(InternalFormat.VERSION);
    }

    private String read(byte[] bytes) {
        return serde.deserializer().deserialize("a-store", bytes);
    }
}
