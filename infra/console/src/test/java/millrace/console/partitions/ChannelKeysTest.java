package millrace.console.partitions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.stream.IntStream;
import millrace.events.Catalogue;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class ChannelKeysTest {
    private final ChannelKeys orders = new ChannelKeys(Catalogue.entry("orders"));
    private final ChannelKeys clicks = new ChannelKeys(Catalogue.entry("clicks"));

    @Test
    void keys_that_name_a_person_or_come_from_another_channel_are_masked() {
        assertThat(Catalogue.channels())
                .filteredOn(channel -> new ChannelKeys(channel).isMasked())
                .extracting(Catalogue.Entry::name)
                .containsExactlyInAnyOrder(
                        // fork: analytics
                        "visits",
                        "abandoned-carts",
                        "late-events",
                        "analytics-dlq",
                        // fork: end
                        "clicks",
                        "transactions-dlq");
    }

    @Test
    void a_masked_key_shows_two_characters_and_differs_from_others() {
        var one = shown(clicks, "visitor-17");

        assertThat(one).matches("vi…[0-9a-f]{8}").isEqualTo(shown(clicks, "visitor-17"));
        assertThat(one).isNotEqualTo(shown(clicks, "visitor-18"));
        assertThat(shown(clicks, "amy")).doesNotContain("a…", "my");
    }

    @Test
    void a_key_that_is_no_person_is_text() {
        assertThat(shown(orders, "shop/17")).isEqualTo("shop/17");
        assertThat(shown(orders, "<img src=x>")).isEqualTo("<img src=x>");
        assertThat(orders.shown(new byte[] {(byte) 0xff, 1}).text()).isEqualTo("0xff01");
        assertThat(orders.shown(null).text()).isNull();
    }

    @Test
    void long_keys_are_shortened_and_told_apart() {
        var begin = "k".repeat(200);

        assertThat(shown(orders, begin + "1")).hasSizeLessThan(100).isNotEqualTo(shown(orders, begin + "2"));
    }

    @Test
    void the_keys_of_each_partition_have_all_colours() {
        var hues = new HashMap<Integer, HashSet<Integer>>();
        IntStream.range(0, 1_000)
                .mapToObj(number -> ("shop/" + number).getBytes(UTF_8))
                .forEach(key -> hues.computeIfAbsent(
                                BuiltInPartitioner.partitionForKey(key, 3), partition -> new HashSet<>())
                        .add(orders.shown(key).hue()));

        assertThat(hues)
                .hasSize(3)
                .allSatisfy((partition, all) -> assertThat(all).hasSize(ChannelKeys.HUES));
    }

    private static String shown(ChannelKeys keys, String key) {
        return keys.shown(key.getBytes(UTF_8)).text();
    }
}
