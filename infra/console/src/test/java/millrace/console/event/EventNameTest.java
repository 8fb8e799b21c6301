package millrace.console.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import millrace.console.call.ConsoleException;
import millrace.console.event.EventName.Kind;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class EventNameTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    @Test
    void the_form_of_a_name_says_what_it_names() {
        assertThat(EventName.parse(" shop/1001 ")).isEqualTo(new EventName(Kind.ORDER, "shop/1001"));
        assertThat(EventName.parse(TRACE)).isEqualTo(new EventName(Kind.TRACE, TRACE));
        assertThat(EventName.parse("00-" + TRACE + "-b7ad6b7169203331-01")).isEqualTo(new EventName(Kind.TRACE, TRACE));
        assertThat(EventName.parse("clicks/2/1244")).isEqualTo(new EventName(Kind.RECORD, "clicks/2/1244"));
        assertThat(EventName.parse("ann")).isEqualTo(new EventName(Kind.VISITOR, "ann"));
    }

    @Test
    void a_word_before_a_name_says_what_it_names() {
        assertThat(EventName.parse("visitor:a/b")).isEqualTo(new EventName(Kind.VISITOR, "a/b"));
        assertThat(EventName.parse("order:clicks/2/1244")).isEqualTo(new EventName(Kind.ORDER, "clicks/2/1244"));
    }

    @Test
    void a_blank_or_endless_name_is_refused() {
        assertThatThrownBy(() -> EventName.parse(" ")).isInstanceOf(ConsoleException.class);
        assertThatThrownBy(() -> EventName.parse("x".repeat(301))).isInstanceOf(ConsoleException.class);
        assertThatThrownBy(() -> EventName.parse("visitor:")).isInstanceOf(ConsoleException.class);
    }

    @Test
    void the_partition_of_a_key_is_that_of_a_producer() {
        for (var key : new String[] {"", "ann", "shop/1001", "käufer", "shoppers/order-live-630f87c58968-202"}) {
            assertThat(ChannelReader.partition(key, 3))
                    .isEqualTo(BuiltInPartitioner.partitionForKey(
                            key.getBytes(java.nio.charset.StandardCharsets.UTF_8), 3));
        }
    }

    @Test
    void size_and_time_of_a_checkpoint_are_in_its_text() {
        var note =
                "millrace/audit\n640\nTu3VZe3UmHAyRMXaanylK2QUmuK1fPJiy0QDiuaQtFY=\n2026-11-29T21:14:20.290Z\n\n— millrace/audit x\n";

        assertThat(SignedText.parse(note)).contains(new SignedText(640, Instant.parse("2026-11-29T21:14:20.290Z")));
        assertThat(SignedText.parse("millrace/audit\nmany\nx\nnow\n")).isEmpty();
        assertThat(SignedText.parse("")).isEmpty();
    }
}
