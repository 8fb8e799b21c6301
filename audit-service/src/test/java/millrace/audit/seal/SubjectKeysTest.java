package millrace.audit.seal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("platform")
class SubjectKeysTest {
    private static final MasterKey OLD = MasterKey.of(MasterKeyTest.OLD, Optional.empty());
    private static final MasterKey BOTH = MasterKey.of(MasterKeyTest.NEW, Optional.of(MasterKeyTest.OLD));
    private static final MasterKey NEW = MasterKey.of(MasterKeyTest.NEW, Optional.empty());

    private static SubjectKeyTable table;

    private final SubjectKeys keys = new SubjectKeys(OLD);

    @BeforeAll
    static void start() throws IOException {
        table = new SubjectKeyTable();
    }

    @AfterAll
    static void stop() throws IOException {
        table.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        table.empty();
    }

    @Test
    void a_subject_has_one_key_for_every_process_and_the_table_has_none_in_the_clear() throws Exception {
        var first = obtain(keys, Set.of("ann", "bob"));

        assertThat(bytes(obtain(keys, Set.of("bob", "ann", "cid")))).containsAllEntriesOf(bytes(first));
        assertThat(bytes(obtain(new SubjectKeys(OLD), Set.of("ann"))))
                .isEqualTo(Map.of("ann", bytes(first).get("ann")));
        assertThat(table.sql("SELECT count(*) || ' ' || min(length(wrapped)) FROM audit_keys.subjects"))
                .isEqualTo("3 60");
    }

    @Test
    void a_key_whose_transaction_was_rolled_back_is_never_used() throws Exception {
        try (var connection = table.connect()) {
            keys.obtain(connection, Set.of("ann"));
            keys.obtain(connection, Set.of("ann"));
        }
        var ann = obtain(keys, Set.of("ann")).get("ann");

        assertThat(table.sql("SELECT id FROM audit_keys.subjects WHERE subject = 'ann'"))
                .isEqualTo("" + ann.id());
    }

    @Test
    void processes_that_meet_the_same_subjects_at_once_agree() throws Exception {
        var both = IntStream.range(0, 4)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> meet(new SubjectKeys(OLD), i)))
                .toList();

        var agreed = new HashMap<String, String>();
        for (var met : both) {
            met.join()
                    .forEach((subject, key) -> assertThat(agreed.merge(subject, key, (one, other) -> one))
                            .isEqualTo(key));
        }
        assertThat(agreed).hasSize(500);
    }

    @Test
    void an_erased_subject_has_no_key_and_begins_anew() throws Exception {
        var other = new SubjectKeys(OLD);
        var before = obtain(other, Set.of("ann")).get("ann");
        obtain(other, Set.of("ann"));
        var erasures = new Erasures(OLD);
        try (var connection = table.connect()) {
            erasures.erase(connection, erasures.find(connection, "ann").getFirst(), "ann");
            connection.commit();
            assertThat(erasures.find(connection, "ann")).containsExactly(new Erasures.Subject(before.id(), true));
            assertThat(new Erasures(BOTH).find(connection, "ann"))
                    .containsExactly(new Erasures.Subject(before.id(), true));
            assertThat(erasures.find(connection, "bob")).isEmpty();
            assertThat(other.of(connection, List.of(before.id()))).isEmpty();
        }

        assertThat(table.sql("SELECT subject || wrapped::text || master_key FROM audit_keys.subjects"))
                .isNull();
        assertThat(obtain(other, Set.of("ann")).get("ann").id()).isGreaterThan(before.id());
    }

    @Test
    void a_name_that_the_database_cannot_hold_has_a_key_too() throws Exception {
        var names = Set.of(SubjectName.of("x".repeat(10_000)), SubjectName.of("nul\0"), SubjectName.of("\ud800"));

        assertThat(obtain(keys, names)).hasSize(3).containsOnlyKeys(names);
        assertThat(obtain(keys, names).keySet()).allMatch(name -> name.matches("sha256:[0-9a-f]{64}"));
    }

    @Test
    void a_rotation_that_was_killed_goes_on_and_in_the_end_the_old_master_is_not_needed() throws Exception {
        var names = IntStream.range(0, 1200).mapToObj(i -> "s" + i).collect(Collectors.toSet());
        var before = bytes(obtain(keys, names));
        try (var killed = table.connect()) {
            assertThat(new Rotation(BOTH).next(killed)).isEqualTo(Rotation.BATCH);
            killed.commit();
            assertThat(new Rotation(BOTH).next(killed)).isEqualTo(Rotation.BATCH);
        }
        assertThat(bytes(obtain(new SubjectKeys(BOTH), names))).isEqualTo(before);

        try (var connection = table.connect()) {
            assertThat(MasterKeyCheck.fault(connection, NEW).orElseThrow())
                    .startsWith("Data keys of the archive are wrapped with the master key " + OLD.id()
                            + ", and AUDIT_MASTER_KEY is " + NEW.id() + "; expected");
            assertThat(MasterKeyCheck.fault(connection, BOTH)).isEmpty();
            var rewrapped = IntStream.of(
                            new Rotation(BOTH).next(connection),
                            new Rotation(BOTH).next(connection),
                            new Rotation(BOTH).next(connection))
                    .boxed()
                    .toList();
            connection.commit();

            assertThat(rewrapped).containsExactly(500, 200, 0);
            assertThat(MasterKeyCheck.fault(connection, NEW)).isEmpty();
        }
        assertThat(bytes(obtain(new SubjectKeys(NEW), names))).isEqualTo(before);
        assertThatThrownBy(() -> obtain(new SubjectKeys(OLD), names)).isInstanceOf(CannotUnwrap.class);
    }

    private static Map<String, String> meet(SubjectKeys keys, int first) {
        try {
            var met = new HashMap<String, String>();
            for (var i = 0; i < 20; i++) {
                var from = (i + 5 * first) % 20 * 25;
                var some =
                        IntStream.range(from, from + 25).mapToObj(n -> "s" + n).collect(Collectors.toSet());
                met.putAll(bytes(obtain(keys, some)));
            }
            return met;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, SubjectKey> obtain(SubjectKeys keys, Set<String> subjects) throws SQLException {
        try (var connection = table.connect()) {
            var obtained = keys.obtain(connection, subjects);
            connection.commit();
            return obtained;
        }
    }

    private static Map<String, String> bytes(Map<String, SubjectKey> keys) {
        return keys.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        key -> key.getValue().id() + ":"
                                + new String(key.getValue().key().getEncoded(), UTF_8)));
    }
}
