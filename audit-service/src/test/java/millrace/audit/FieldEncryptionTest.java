package millrace.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.ConfigValidationException;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import millrace.audit.seal.MasterKey;
import millrace.audit.seal.SealBroken;
import millrace.audit.table.DatabaseTransactions;
import millrace.local.Platform;
import millrace.local.Secrets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Archives records with personal data and reads the encrypted rows. */
@QuarkusTest
@WithTestResource(value = AuditPlatformResource.class, scope = TestResourceScope.RESTRICTED_TO_CLASS)
@Tag("platform")
class FieldEncryptionTest {
    Platform platform;

    @Inject
    DatabaseTransactions transactions;

    private ArchiveDatabase archived;
    private PersonRecords persons;

    @BeforeEach
    void open() {
        archived = new ArchiveDatabase(platform.jdbcUrl());
        persons = new PersonRecords(platform);
    }

    @Test
    void what_is_personal_is_readable_nowhere_in_the_database_and_opens_to_the_same_bytes() throws Exception {
        persons.send("clicks.page", "key-1", PersonRecords.click("Anna-Secret"));
        persons.send("clicks.page", "key-1", "{\"userId\":\"Anna-Secret\",");
        persons.send("transactions.OrderPlaced", "o1", "{\"customerId\":\"Anna-Secret\",\"orderId\":\"o1\"}");
        persons.await("Anna-Secret", 3);

        for (var table : tables()) {
            assertThat(archived.sql("SELECT count(*) FROM " + table + " t WHERE t::text ~ 'Anna|198.51.100.77'"
                            + " OR t::text LIKE '%" + hex("Anna") + "%' OR t::text LIKE '%" + hex("198.51") + "%'"))
                    .as(table)
                    .isEqualTo(table.equals("audit_keys.subjects") ? "1" : "0");
        }
        assertThat(archived.records("clicks"))
                .extracting(record -> new String(record.value(), UTF_8))
                .contains(PersonRecords.click("Anna-Secret"), "{\"userId\":\"Anna-Secret\",");
    }

    @Test
    void a_value_at_the_place_of_another_is_refused() throws Exception {
        persons.send("clicks.page", "key-5", PersonRecords.click("eve"));
        persons.send("clicks.page", "key-5", PersonRecords.click("eve"));
        persons.await("eve", 2);
        var swap =
                "ALTER TABLE audit.records DISABLE TRIGGER append_only; GRANT UPDATE ON audit.records TO CURRENT_USER;"
                        + " UPDATE audit.records r SET value = o.value FROM audit.records o WHERE r.key = 'key-5'"
                        + " AND o.key = 'key-5' AND r.seq <> o.seq;";
        archived.sql(swap);
        try {
            assertThatThrownBy(() -> archived.records("clicks"))
                    .isInstanceOf(SealBroken.class)
                    .hasMessageContaining("part 1 was changed, or was sealed for another place");
        } finally {
            archived.sql(swap + "REVOKE UPDATE ON audit.records FROM CURRENT_USER;"
                    + " ALTER TABLE audit.records ENABLE ALWAYS TRIGGER append_only;");
        }
    }

    @Test
    void a_start_with_another_master_key_is_refused_with_a_sentence() {
        persons.send("clicks.page", "key-6", PersonRecords.click("fay"));
        persons.await("fay", 1);

        var lost = MasterKey.of(Secrets.masterKey(), Optional.empty());
        assertThatThrownBy(() -> new MasterKeyProvider().check(null, transactions, lost))
                .isInstanceOf(ConfigValidationException.class)
                .hasMessageContaining("Data keys of the archive are wrapped with the master key")
                .hasMessageContaining("expected that key in AUDIT_MASTER_KEY, or in AUDIT_MASTER_KEY_PREVIOUS");
    }

    private List<String> tables() throws SQLException {
        return List.of(archived.sql("SELECT string_agg(schemaname || '.' || tablename, ',') FROM pg_tables"
                        + " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
                .split(","));
    }

    private static String hex(String text) {
        var hex = new StringBuilder();
        for (var one : text.getBytes(UTF_8)) {
            hex.append("%02x".formatted(one));
        }
        return hex.toString();
    }
}
