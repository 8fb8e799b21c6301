package millrace.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import millrace.audit.AuditPlatformResource;
import millrace.audit.AuditProcess;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.evidence.tree.SigningKey;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.DatabaseTransactions;
import millrace.local.Platform;
import millrace.local.Secrets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Changes the archive with SQL as the owner of the tables; verify finds it. Each test changes a partition of its own. */
@QuarkusTest
@WithTestResource(
        value = AuditPlatformResource.class,
        initArgs = {
            @ResourceArg(name = "audit.segment-entries", value = "16"),
            @ResourceArg(name = "audit.checkpoint-every", value = "1s")
        })
@Tag("platform")
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TamperingTest {
    Platform platform;

    @Inject
    AuditProcess processes;

    @Inject
    DatabaseTransactions transactions;

    @Inject
    ArchiveSettings settings;

    @Inject
    FieldEncryption encryption;

    private TamperedArchive tampered;
    private VerifyAssertions verification;

    @BeforeEach
    void archive() throws Exception {
        tampered = TamperedArchive.of(platform, processes);
        verification = new VerifyAssertions(platform, transactions, settings, encryption);
    }

    /** Changes the log that the other tests read, and puts it back: the first one. */
    @Test
    @Order(1)
    void the_changed_record_is_named_though_the_whole_log_was_computed_anew() throws Exception {
        tampered.sql("CREATE TABLE saved_segments AS SELECT * FROM segments; CREATE TABLE saved_nodes AS SELECT * FROM"
                + " log_nodes; CREATE TABLE saved_checkpoints AS SELECT * FROM checkpoints;"
                + "UPDATE records SET value = 'gone' WHERE channel = 'transactions' AND partition = 2 AND seq = 40");
        tampered.recompute(SigningKey.parse(Secrets.signingKey()));

        try {
            verification.finds("transactions", 2, Kind.CHANGED, 40L, 40L, null);
            assertThat(verification.all().findings())
                    .extracting(ChainFinding::kind)
                    .contains(Kind.CHANGED, Kind.CHECKPOINT_FORGED);
        } finally {
            tampered.sql(
                    "DELETE FROM segments; INSERT INTO segments SELECT * FROM saved_segments; DELETE FROM log_nodes;"
                            + "INSERT INTO log_nodes SELECT * FROM saved_nodes; DELETE FROM checkpoints;"
                            + "INSERT INTO checkpoints SELECT * FROM saved_checkpoints;"
                            + "DROP TABLE saved_segments, saved_nodes, saved_checkpoints");
        }
    }

    @Test
    void a_record_that_was_removed_is_named() throws Exception {
        tampered.sql("DELETE FROM records WHERE channel = 'clicks' AND partition = 2 AND seq = 40");

        verification.finds("clicks", 2, Kind.MISSING, 40L, null, 2L);
    }

    @Test
    void a_record_that_was_removed_and_the_others_moved_up_is_named() throws Exception {
        tampered.sql("DELETE FROM records WHERE channel = 'orders' AND partition = 0 AND seq = 40");
        tampered.move("orders", 0, 41, -1);

        verification.finds("orders", 0, Kind.MISSING, null, 40L, 2L);
    }

    @Test
    void a_record_that_was_added_is_named() throws Exception {
        tampered.move("orders", 1, 40, 1);
        tampered.copy("orders", 1, 50, 40);

        verification.finds("orders", 1, Kind.CHANGED, 41L, 40L, 2L);
    }

    @Test
    void a_second_record_with_the_same_number_in_another_month_is_named() throws Exception {
        tampered.sql("SELECT provide_month((date_trunc('month', current_date) + interval '1 month')::date)");
        tampered.sql("INSERT INTO records SELECT (month + interval '1 month')::date, channel, partition, seq, life,"
                + " record_offset, leader_epoch, topic_id, timestamp_ms, timestamp_type, header_names, header_values, key,"
                + " 'more' FROM records WHERE channel = 'orders' AND partition = 2 AND seq = 40");

        verification.finds("orders", 2, Kind.INSERTED, 40L, 40L, 2L);
    }

    @Test
    void a_record_that_was_added_at_the_end_is_named() throws Exception {
        tampered.copy("transactions-dlq", 0, 50, TamperedArchive.RECORDS);

        verification.finds("transactions-dlq", 0, Kind.INSERTED, (long) TamperedArchive.RECORDS, null, null);
    }

    @Test
    void records_that_changed_places_are_named() throws Exception {
        tampered.swap("transactions", 0, 40, 41);

        verification.finds("transactions", 0, Kind.CHANGED, 41L, 40L, 2L);
    }

    @Test
    void an_end_that_was_cut_off_is_named_though_the_position_says_the_same() throws Exception {
        tampered.cutOff("transactions", 1, 5);

        assertThat(verification.all().findings())
                .filteredOn(finding -> finding.kind() == Kind.MISSING)
                .isNotEmpty()
                .first()
                .asString()
                .contains("the log has no segment with the index");
    }

    @Test
    void segments_and_positions_that_were_changed_are_named() throws Exception {
        tampered.sql(
                "UPDATE segments SET to_offset = 1000 WHERE channel = 'rejected-events' AND partition = 2 AND segment = 1");
        verification.finds("rejected-events", 2, Kind.CHANGED, null, null, 1L);

        tampered.sql("DELETE FROM segments WHERE channel = 'transactions-dlq' AND partition = 1 AND segment = 1");
        verification.finds("transactions-dlq", 1, Kind.MISSING, null, null, 2L);

        tampered.sql("UPDATE positions SET next_seq = 90 WHERE channel = 'transactions-dlq' AND partition = 2");
        verification.finds("transactions-dlq", 2, Kind.CHANGED, 90L, null, null);
    }

    @Test
    void a_chain_that_is_gone_altogether_is_named() throws Exception {
        tampered.sql("DELETE FROM records WHERE channel = 'order-state' AND partition = 0;"
                + "DELETE FROM segments WHERE channel = 'order-state' AND partition = 0;"
                + "DELETE FROM positions WHERE channel = 'order-state' AND partition = 0");

        assertThat(verification.all().findings())
                .filteredOn(finding -> finding.kind() == Kind.MISSING)
                .hasSizeGreaterThan(5);
    }

    @Test
    void months_that_were_dropped_for_no_reason_are_named() throws Exception {
        tampered.sql("DELETE FROM records WHERE channel = 'order-state' AND partition = 1;"
                + "INSERT INTO dropped VALUES (date_trunc('month', current_date), 'order-state', 1, 0, 100, 100)");

        verification.finds("order-state", 1, Kind.CUT_OFF, 0L, null, 0L);
    }
}
