package millrace.orders.rebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import millrace.generation.GenerationComparison;
import millrace.generation.PlatformDatabase;
import millrace.generation.RebuildException;
import millrace.generation.Rebuildable;
import millrace.local.Platform;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Generations of orders in a real database: schemas by the service's own migrations, rows as the service writes them.
 */
@Tag("platform")
class OrdersRebuildTest {
    private static final List<String> SCHEMAS = List.of("orders", "orders_g2");
    private static final String TABLES =
            "{}.orders, {}.history, {}.dead_letters, {}.blocked_keys, {}.requests, {}.outbox, {}.outbox_set_aside";

    private static Platform platform;
    private static PaasSettings settings;
    private static PlatformDatabase database;

    private final Rebuildable orders = new OrdersRebuild(settings, Duration.ofMillis(10));

    @BeforeAll
    static void start(@TempDir Path home) {
        platform = Platform.start(home);
        settings = PaasSettings.from(platform.configVars(), Set.of(Need.KAFKA, Need.DATABASE));
        database = new PlatformDatabase(settings.database().orElseThrow());
        SCHEMAS.forEach(OrdersRebuildTest::migrate);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    /** Reopens both generations and empties their tables. */
    @BeforeEach
    void begin() {
        orders.create(1);
        orders.create(2);
        SCHEMAS.forEach(schema -> database.run("TRUNCATE " + TABLES.replace("{}", schema)));
    }

    @Test
    void generations_with_the_same_rows_are_equal_whatever_their_clocks_say() {
        applied("orders", "o1", 1);
        applied("orders_g2", "o1", 1);
        database.run("UPDATE orders_g2.history SET kept_at = now() + interval '1 day'");

        var comparison = orders.compare(1, 2);

        assertThat(comparison.isEqual()).isTrue();
        assertThat(comparison.digest()).isEqualTo(comparison.shadowDigest()).hasSize(64);
    }

    @Test
    void what_differs_is_named_by_its_key() {
        applied("orders", "o1", 1);
        applied("orders", "o2", 1);
        applied("orders_g2", "o1", 1);
        applied("orders_g2", "o3", 1);
        database.run("UPDATE orders_g2.history SET event = '{}' WHERE order_id = 'o1'");

        var comparison = orders.compare(1, 2);

        assertThat(comparison.differences())
                .extracting(GenerationComparison.Difference::key)
                .containsExactly("o1 1", "o2 1", "o3 1");
        assertThat(comparison.differences().get(0).live()).contains("\"order_id\": \"o1\"");
        assertThat(comparison.differences().get(0).shadow()).contains("\"event\": \"{}\"");
        assertThat(comparison.differences().get(1).shadow()).isNull();
        assertThat(comparison.digest()).isNotEqualTo(comparison.shadowDigest());
    }

    @Test
    void a_column_that_a_migration_adds_is_compared_as_well() {
        applied("orders", "o1", 1);
        applied("orders_g2", "o1", 1);
        SCHEMAS.forEach(
                schema -> database.run("ALTER TABLE " + schema + ".history ADD added text DEFAULT '" + schema + "'"));
        try {
            assertThat(orders.compare(1, 2).isEqual()).isFalse();
        } finally {
            SCHEMAS.forEach(schema -> database.run("ALTER TABLE " + schema + ".history DROP added"));
        }
    }

    @Test
    void only_events_that_were_not_sent_are_sent() {
        applied("orders", "sent", 1);
        applied("orders", "unsent", 1);
        queued("orders", "orders", "unsent", 1);
        for (var order : new String[] {"sent", "unsent", "ahead"}) {
            applied("orders_g2", order, 1);
            queued("orders_g2", "orders", order, 1);
            queued("orders_g2", "order-state", order, 1);
            queued("orders_g2", "any-other-channel", order, 1);
        }

        orders.fence(1, 2);

        assertThat(left("orders_g2"))
                .isEqualTo("any-other-channel ahead, order-state ahead, orders ahead, orders unsent");
        assertThat(left("orders")).isEmpty();
    }

    @Test
    void an_older_state_does_not_go_out_after_the_newest() {
        for (var version : new int[] {1, 2}) {
            applied("orders", "o1", version);
            queued("orders", "order-state", "o1", version);
            applied("orders_g2", "o1", version);
        }
        queued("orders_g2", "order-state", "o1", 2);

        orders.fence(1, 2);

        assertThat(left("orders_g2")).isEqualTo("order-state o1");
        assertThat(database.queryLong("SELECT count(*) FROM orders_g2.outbox WHERE headers ->> 'ce_id' = 'o1-2'"))
                .isOne();
    }

    @Test
    void what_only_the_old_generation_has_is_taken_over() {
        queued("orders", "transactions", "asked", 1);
        database.run("INSERT INTO orders.requests (caller, key, asked, event_id) VALUES ('anna', 'k', 'ship', 'e')");

        orders.fence(1, 2);

        assertThat(left("orders_g2")).isEqualTo("transactions asked");
        assertThat(database.queryLong("SELECT count(*) FROM orders_g2.requests"))
                .isOne();
    }

    @Test
    void a_dead_letter_that_was_published_is_not_published_again_even_with_a_key_that_is_no_text() {
        dead("orders", 7, "'no order'");
        for (var offset : new int[] {7, 8}) {
            dead("orders_g2", offset, "'no order'");
            database.run("""
                    INSERT INTO orders_g2.outbox (shard, id, channel, key, headers) VALUES (0, %1$d, 'transactions-dlq',
                    '\\xff', '{"dead-letter-id":"transactions-0-%1$d"}')""".formatted(offset));
        }

        orders.progress(1, 2);

        assertThat(database.queryLong("SELECT sum(id) FROM orders_g2.outbox")).isEqualTo(8);
    }

    @Test
    void what_was_set_aside_was_not_sent_and_an_escaped_nul_in_the_history_is_no_obstacle() {
        for (var schema : new String[] {"orders", "orders_g2"}) {
            applied(schema, "aside", 1);
            queued(schema, "orders", "aside", 1);
            applied(schema, "nul", 1);
            database.run("UPDATE " + schema
                    + ".history SET event = replace(event, '}', ',\"x\":\"\\u0000\"}') WHERE order_id = 'nul'");
        }
        queued("orders_g2", "orders", "nul", 1);
        database.run("INSERT INTO orders.outbox_set_aside (id, shard, channel, key, headers, created_at, reason)"
                + " SELECT id, shard, channel, key, headers, created_at, 'too large' FROM orders.outbox");
        database.run("DELETE FROM orders.outbox");

        orders.fence(1, 2);

        assertThat(left("orders_g2")).isEqualTo("orders aside");
    }

    @Test
    void a_process_of_the_old_generation_can_write_no_more() {
        orders.fence(1, 2);

        assertThat(orders.fenced(1, 2)).isTrue();
        assertThatThrownBy(() -> applied("orders", "late", 1))
                .isInstanceOf(RebuildException.class)
                .hasMessageContaining("This generation was replaced: orders by orders_g2.");
        applied("orders_g2", "next", 1);
    }

    @Test
    void a_closed_fence_is_left_unchanged() {
        orders.fence(1, 2);
        queued("orders_g2", "orders", "next", 1);

        assertThat(orders.fence(1, 2)).isEqualTo("The fence was closed already.");
        assertThat(left("orders_g2")).isEqualTo("orders next");
    }

    @Test
    void a_generation_that_was_replaced_can_be_rebuilt() {
        orders.fence(1, 2);

        orders.create(1);

        applied("orders", "again", 1);
        assertThat(orders.fenced(1, 2)).isFalse();
    }

    @Test
    void a_shadow_with_a_limit_or_another_input_has_config_vars_for_it() {
        assertThat(orders.resources(2, 0, Map.of()).vars()).isEmpty();
        assertThat(orders.resources(2, 7, Map.of("transactions", "transactions-orders-g2"))
                        .vars())
                .containsEntry("MILLRACE_REPLAY_RATE", "7")
                .containsEntry("MP_MESSAGING_INCOMING_TRANSACTIONS_MAX_POLL_RECORDS", "7")
                .containsEntry(
                        "MP_MESSAGING_INCOMING_TRANSACTIONS_TOPIC", settings.prefix() + "transactions-orders-g2");
    }

    @Test
    void tables_without_rows_are_equal() {
        var comparison = orders.compare(1, 2);

        assertThat(comparison.isEqual()).isTrue();
        assertThat(comparison.parts())
                .extracting(GenerationComparison.Subtotal::what)
                .containsExactly("orders", "history", "dead_letters");
    }

    private static void migrate(String schema) {
        Flyway.configure()
                .dataSource(
                        settings.database().orElseThrow().jdbcUrl(),
                        settings.database().orElseThrow().user(),
                        settings.database().orElseThrow().password())
                .defaultSchema(schema)
                .locations("classpath:db/orders")
                .load()
                .migrate();
    }

    private static void applied(String schema, String order, int version) {
        database.run(
                "INSERT INTO %1$s.history (source, cause, variant, digest, order_id, version, event) VALUES ('shop', 'cause-%2$s-%3$d', '', '', '%2$s', %3$d, '{\"eventId\":\"%2$s-%3$d\"}')"
                        .formatted(schema, order, version));
    }

    private static void queued(String schema, String channel, String order, int version) {
        database.run("""
                INSERT INTO %1$s.outbox (shard, id, channel, key, headers)
                VALUES (0, nextval('%1$s.outbox_id'), '%2$s', '%3$s', '{"ce_id":"%3$s-%4$d"}')""".formatted(schema, channel, order, version));
    }

    private static void dead(String schema, int offset, String reason) {
        database.run("""
                INSERT INTO %1$s.dead_letters (id, partition, "offset", digest, reason)
                VALUES ('transactions-0-%2$d', 0, %2$d, '', %3$s)""".formatted(schema, offset, reason));
    }

    private static String left(String schema) {
        return database.transaction(connection -> {
            var rows = connection
                    .createStatement()
                    .executeQuery("SELECT coalesce(string_agg(channel || ' ' || convert_from(key, 'UTF8'), ', '"
                            + " ORDER BY channel, key), '') FROM " + schema + ".outbox");
            rows.next();
            return rows.getString(1);
        });
    }
}
