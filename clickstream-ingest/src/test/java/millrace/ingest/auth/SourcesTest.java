package millrace.ingest.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigValidationException;
import millrace.paas.HashedKeys;
import org.junit.jupiter.api.Test;

class SourcesTest {
    /** SHA-256 of "one" and "two". */
    private static final WriteKeys KEYS = new WriteKeys(
            HashedKeys.ofWriteKeys("shop:7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed,"
                    + "blog:3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3:revoked"));

    @Test
    void a_source_without_rules_may_send_clicks_alone_and_guards_its_visitors() {
        var shop = sources("{}").byWriteKey("one");

        assertThat(shop.allowsOrigin("https://anywhere.example")).isTrue();
        assertThat(Sources.KINDS)
                .filteredOn(shop::allows)
                .containsExactlyInAnyOrder("track", "page", "screen", "identify", "group", "alias");
        assertThat(shop.actsFor()).isEmpty();
        assertThat(shop.currency().getCurrencyCode()).isEqualTo("USD");
        assertThat(shop.quota()).isEmpty();
        assertThat(shop.address()).isEqualTo(AddressPolicy.TRUNCATED);
        assertThat(shop.honoursSignals()).isTrue();
    }

    @Test
    void a_source_is_held_to_its_rules() {
        var shop = sources("{'shop':{'origins':['https://shop.example'],'kinds':['page'],'eventsPerSecond':5,"
                        + "'address':'dropped','signals':'ignore'}}")
                .byWriteKey("one");

        assertThat(shop.allowsOrigin("https://shop.example")).isTrue();
        assertThat(shop.allowsOrigin("https://anywhere.example")).isFalse();
        assertThat(shop.allows("page")).isTrue();
        assertThat(shop.allows("track")).isFalse();
        assertThat(shop.quota()).isPresent();
        assertThat(shop.address()).isEqualTo(AddressPolicy.DROPPED);
        assertThat(shop.honoursSignals()).isFalse();
    }

    @Test
    void a_key_that_nobody_has_is_not_authorized_and_one_that_was_revoked_is_forbidden() {
        assertThatThrownBy(() -> sources("{}").byWriteKey("three")).hasMessage("No source has this write key.");
        assertThatThrownBy(() -> sources("{}").byWriteKey("two"))
                .hasMessage("This write key of the source blog was revoked.");
    }

    @Test
    void every_rule_that_does_not_fit_is_named() {
        assertThatThrownBy(() ->
                        sources("{'shop':{'kinds':['pages','page'],'eventsPerSecond':0,'address':'some','signals':'x',"
                                + "'actsFor':['bank','blog'],'currency':'pounds'},'blog':{'kinds':[]},'bank':{}}"))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContainingAll(
                        "SOURCES, shop: kinds has pages, expected any of [alias,",
                        "SOURCES, shop: eventsPerSecond must be 1 to 1000000",
                        "SOURCES, shop: address is some",
                        "SOURCES, shop: signals is x",
                        "SOURCES, shop: actsFor has bank, which has no write key",
                        "SOURCES, shop: currency is pounds",
                        "SOURCES, blog: kinds is empty",
                        "SOURCES has rules for bank, which has no write key");
    }

    @Test
    void rules_that_cannot_be_read_stop_the_start() {
        assertThatThrownBy(() -> sources("{'shop':{'orgins':[]}}"))
                .hasMessageContaining("SOURCES cannot be read")
                .hasMessageContaining("orgins");
        assertThatThrownBy(() -> sources("shop")).hasMessageContaining("SOURCES cannot be read");
    }

    private static Sources sources(String rules) {
        return new Sources(KEYS, rules.replace('\'', '"'));
    }
}
