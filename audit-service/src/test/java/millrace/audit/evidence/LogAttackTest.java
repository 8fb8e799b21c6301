package millrace.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import millrace.audit.ArchiveDatabase;
import millrace.audit.ArchiveLock;
import millrace.audit.AuditPlatformResource;
import millrace.audit.AuditProcess;
import millrace.audit.AuditedChannels;
import millrace.audit.EvidenceMismatch;
import millrace.audit.RecordSender;
import millrace.audit.ServiceRole;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.evidence.VerificationResult.Status;
import millrace.audit.evidence.tree.SignedNote;
import millrace.audit.evidence.tree.SigningKey;
import millrace.audit.evidence.tree.TreeHead;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.DatabaseTransactions;
import millrace.events.Checkpoint;
import millrace.local.Platform;
import millrace.local.Secrets;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Kills the process that archives, changes what it left, and starts the next one. Entries are signed at the end only. */
@QuarkusTest
@WithTestResource(
        value = AuditPlatformResource.class,
        scope = TestResourceScope.RESTRICTED_TO_CLASS,
        initArgs = @ResourceArg(name = "audit.checkpoint-every", value = "1h"))
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("platform")
class LogAttackTest {
    private static final List<String> TABLES = List.of("records", "segments", "log_nodes", "checkpoints", "positions");

    Platform platform;

    @Inject
    AuditProcess processes;

    @Inject
    DatabaseTransactions transactions;

    @Inject
    DataSource database;

    @Inject
    UnsignedRecords unsignedRecords;

    @Inject
    AuditedChannels channels;

    @Inject
    AuditConfig config;

    @Inject
    ArchiveSettings settings;

    @Inject
    FieldEncryption encryption;

    @TempDir
    Path folder;

    private ArchiveDatabase owner;
    private VerifyAssertions verification;
    private AuditProcess.Process process;

    @BeforeEach
    void start() throws Exception {
        processes.stopRunning();
        owner = new ArchiveDatabase(platform.jdbcUrl());
        verification = new VerifyAssertions(platform, transactions, settings, encryption);
        TamperedArchive.own(owner);
        process = startProcess();
    }

    @AfterEach
    void stop() throws InterruptedException {
        process.stop();
    }

    @Test
    @Order(1)
    void what_the_broker_has_removed_before_it_was_signed_is_unproven_for_ever() throws Exception {
        archive("clicks", 0, 10);
        process.kill();
        removeBefore("clicks", 4);

        process = startProcess();
        await().atMost(ArchiveDatabase.SOON).until(() -> process.health().isEmpty());
        process.stop();

        var verdict = verification.all();
        assertThat(verdict.status()).as("%s", verdict).isEqualTo(Status.OK_WITH_GAPS);
        assertThat(verification.of("clicks", 0, encryption).unproven()).isEqualTo(4);
        assertThat(verification.of("clicks", 0, encryption).unsigned()).isZero();
    }

    @Test
    @Order(2)
    void a_record_that_was_changed_before_it_was_signed_is_never_signed() throws Exception {
        archive("orders", 0, 10);
        process.kill();
        owner.sql("UPDATE audit.records SET value = 'another' WHERE channel = 'orders' AND record_offset = 6");

        process = startProcess();
        await().atMost(ArchiveDatabase.SOON)
                .until(() -> process.health().contains("the record at offset 6 is another one on the broker"));
        process.stop();

        assertThat(owner.sql("SELECT count(*) FROM audit.segments WHERE channel = 'orders'"))
                .isEqualTo("0");
        verification.finds("orders", 0, Kind.CHANGED, 6L, 6L, null);
        owner.sql("UPDATE audit.records SET value = '6' WHERE channel = 'orders' AND record_offset = 6");
    }

    /** The rows of a log that the broker has cut off are the same as those that were added to the database. */
    @Test
    @Order(3)
    void rows_that_the_broker_does_not_have_any_more_are_unproven_once_their_loss_is_accepted() throws Exception {
        archive("transactions-dlq", 0, 10);
        process.kill();
        owner.sql("INSERT INTO audit.records SELECT month, channel, partition, seq + 2, life, record_offset + 2,"
                + " leader_epoch, topic_id, timestamp_ms, timestamp_type, header_names, header_values, key, value"
                + " FROM audit.records WHERE channel = 'transactions-dlq' AND seq >= 8;"
                + "UPDATE audit.positions SET next_seq = next_seq + 2, next_offset = next_offset + 2"
                + " WHERE channel = 'transactions-dlq' AND partition = 0");
        process = startProcess();
        await().atMost(ArchiveDatabase.SOON)
                .until(() -> process.health().contains("the record at offset 10 was never on the broker"));
        assertThatThrownBy(() -> truncation().accept("transactions-dlq", 0)).isInstanceOf(ArchiveLock.NotActive.class);
        process.stop();

        assertThat(truncation().accept("transactions-dlq", 0)).hasValueSatisfying(lost -> {
            assertThat(lost.fromOffset()).isEqualTo(10);
            assertThat(lost.toOffset()).isEqualTo(12);
        });
        assertThat(truncation().accept("transactions-dlq", 0)).isEmpty();

        process = startProcess();
        archive("transactions-dlq", 0, 5);
        process.stop();
        assertThat(verification.of("transactions-dlq", 0, encryption))
                .returns(null, ChainVerdict::finding)
                .returns(2L, ChainVerdict::unproven)
                .returns(1L, ChainVerdict::gaps)
                .returns(18L, ChainVerdict::entries)
                .returns(5L, ChainVerdict::compared);
    }

    @Test
    @Order(4)
    void the_time_of_the_log_does_not_go_back_when_the_clock_does() throws Exception {
        archive("clicks", 0, 1);
        process.stop();

        process = startProcess(settings, () -> Instant.now().minus(Duration.ofDays(1)));
        archive("clicks", 0, 1);
        process.stop();

        assertThat(process.health()).contains("alarm clock=it was turned back");
        assertThat(owner.sql("SELECT count(*) FROM audit.segments s JOIN audit.checkpoints c"
                        + " ON s.log_index >= c.size AND s.closed_ms < c.signed_ms"))
                .isEqualTo("0");
        assertThat(owner.sql("SELECT count(*) FROM audit.checkpoints a JOIN audit.checkpoints b"
                        + " ON b.size > a.size AND b.signed_ms < a.signed_ms"))
                .isEqualTo("0");
        assertThat(verification.of("clicks", 0, encryption).finding()).isNull();
    }

    /** After the first record the steps are the transactions of keys, rows and signature, each before, within and behind it. */
    @Test
    @Tag("long")
    @Order(5)
    void a_process_that_is_killed_at_any_step_leaves_an_archive_that_another_one_goes_on_with() throws Exception {
        process.stop();
        var count = "SELECT count(*) FROM audit.records WHERE channel = 'clicks'";
        var sent = Integer.parseInt(owner.sql(count));
        var killed = 0;
        for (var step = 0; step < DyingTransactions.STEPS; step++) {
            var dying = new DyingTransactions(database);
            process = startProcess(dying, settings, InstantSource.system());
            send("clicks", 1);
            awaitCount(count, sent + 1);
            dying.killAfter(step);
            send("clicks", 3);
            sent += 4;
            var expected = Integer.toString(sent);
            await().atMost(ArchiveDatabase.SOON)
                    .until(() -> dying.isDead() || owner.sql(count).equals(expected));
            process.stop();
            killed += dying.isDead() ? 1 : 0;
        }
        assertThat(killed).as("the last steps are behind the last transaction").isGreaterThanOrEqualTo(9);

        process = startProcess();
        awaitCount(count, sent);
        process.stop();

        assertThat(verification.of("clicks", 0, encryption))
                .returns(null, ChainVerdict::finding)
                .returns((long) sent, ChainVerdict::entries)
                .returns(0L, ChainVerdict::unsigned);
        assertThat(verification.all().findings()).isEmpty();
    }

    @Test
    @Tag("long")
    @Order(Integer.MAX_VALUE)
    void the_signing_key_is_replaced_while_the_archive_goes_on() throws Exception {
        archive("order-state", 0, 5);
        var before = platform.configVars().get(SigningKey.VAR);
        var after = Secrets.signingKey();
        var second = startProcess(
                settings(Map.of(SigningKey.VAR, after, SigningKey.PREVIOUS_VAR, before)), InstantSource.system());
        process.stop();
        process = second;
        archive("order-state", 0, 5);
        process.stop();
        assertThat(isSignedWith(before)).isTrue();
        assertThat(isSignedWith(after)).isTrue();

        var keys = SigningKey.parse(after).publicKey().text() + ","
                + SigningKey.parse(before).publicKey().text();
        var replaced = settings(Map.of(SigningKey.VAR, after, "AUDIT_PUBLIC_KEY", keys));
        process = startProcess(replaced, InstantSource.system());
        archive("order-state", 0, 5);
        process.stop();

        assertThat(isSignedWith(before)).isFalse();
        assertThat(isSignedWith(after)).isTrue();
        var anew = new VerifyAssertions(platform, transactions, replaced, encryption);
        assertThat(anew.of("order-state", 0, encryption))
                .returns(null, ChainVerdict::finding)
                .returns(15L, ChainVerdict::entries);
        assertThat(anew.all().findings()).isEmpty();

        var head = replaced.identity()
                .open(owner.sql("SELECT note FROM audit.checkpoints ORDER BY size DESC, signed_ms DESC LIMIT 1"))
                .orElseThrow();
        var forged = SignedNote.sign(
                new TreeHead(head.origin(), head.size(), head.root(), head.at().plusSeconds(1)),
                List.of(SigningKey.parse(before)));
        owner.sql("INSERT INTO audit.checkpoints VALUES (%d, %d, '%s')"
                .formatted(head.size(), head.at().plusSeconds(1).toEpochMilli(), forged));
        assertThat(anew.all().findings()).extracting(finding -> finding.kind()).containsExactly(Kind.CHECKPOINT_FORGED);
        process = startProcess(replaced, InstantSource.system());
        await().atMost(ArchiveDatabase.SOON)
                .until(() -> process.health().contains("is not signed with AUDIT_SIGNING_KEY"));
    }

    @Test
    @Order(6)
    void a_checkpoint_that_was_stored_and_not_published_is_published_by_the_next_process() throws Exception {
        archive("transactions", 0, 10);
        process.stop();
        var stored = owner.sql("SELECT note FROM audit.checkpoints ORDER BY size DESC, signed_ms DESC LIMIT 1");
        await().atMost(ArchiveDatabase.SOON).until(() -> stored.equals(published()));
        removeBefore("audit-checkpoints", -1);
        assertThat(published()).isNull();

        process = startProcess();

        await().atMost(ArchiveDatabase.SOON).until(() -> stored.equals(published()));
    }

    @Test
    @Order(7)
    void a_second_process_stands_by_and_takes_over() throws Exception {
        var second = startProcess();
        archive("transactions", 0, 10);
        assertThat(owner.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted"))
                .isEqualTo("1");

        process.kill();
        process = second;

        archive("transactions", 0, 10);
    }

    @Test
    @Tag("long")
    @Order(8)
    void a_process_that_is_silent_for_twenty_seconds_has_lost_the_lock_and_writes_nothing() throws Exception {
        process.stop();
        var suspended = new ArchiveLock(database);
        suspended.hold();
        var next = new ArchiveLock(database);
        assertThatThrownBy(next::hold).isInstanceOf(ArchiveLock.NotActive.class);

        await().atMost(ArchiveDatabase.SOON).ignoreExceptions().untilAsserted(next::hold);

        assertThatThrownBy(() -> transactions.run(suspended::check)).hasMessageContaining("does not have the lock");
        suspended.release();
        next.release();
    }

    @Test
    @Order(8)
    void a_role_that_cannot_archive_and_has_the_lock_is_named_in_health() throws Exception {
        process.stop();
        var lock = "SELECT pg_advisory_lock(oid::integer, 0) FROM pg_class WHERE relname = 'positions'";
        try (var stranger = ServiceRole.ofConsumer(platform).archived().connect()) {
            stranger.createStatement().execute(lock);

            process = startProcess();

            await().atMost(ArchiveDatabase.SOON)
                    .until(() -> process.health().contains("which cannot archive, has the lock of the archive"));
        }
        archive("transactions", 0, 1);
    }

    @Test
    @Tag("long")
    @Order(9)
    void a_database_of_an_old_backup_is_gone_on_with_only_when_it_is_accepted_and_a_witness_refuses_its_log()
            throws Exception {
        archive("rejected-events", 0, 10);
        process.stop();
        owner.sql("CREATE SCHEMA backup;"
                + TABLES.stream()
                        .map(table -> "CREATE TABLE backup.%1$s AS SELECT * FROM audit.%1$s;".formatted(table))
                        .collect(Collectors.joining()));
        process = startProcess();
        archive("rejected-events", 0, 10);
        process.stop();
        var size = owner.sql("SELECT max(size) FROM audit.checkpoints");
        var witness = new Witness(transactions, platform.kafkaClient(), settings.identity(), folder.resolve("seen"));
        await().atMost(ArchiveDatabase.SOON)
                .untilAsserted(
                        () -> assertThat(witness.witness(Instant.now()).size()).isEqualTo(Long.parseLong(size)));

        assertThatThrownBy(() -> witness.witness(Instant.now().plus(Duration.ofHours(3))))
                .hasMessageContaining("what it signed is held back");

        owner.sql(TABLES.stream()
                .map(table ->
                        "DELETE FROM audit.%1$s; INSERT INTO audit.%1$s SELECT * FROM backup.%1$s;".formatted(table))
                .collect(Collectors.joining()));
        process = startProcess();

        await().atMost(ArchiveDatabase.SOON)
                .until(() -> process.health().contains("and audit-checkpoints has a checkpoint of " + size));
        assertThat(verification.all().findings())
                .extracting(finding -> finding.kind())
                .contains(Kind.CUT_OFF);
        process.stop();
        assertThat(acceptance().accept())
                .hasValueSatisfying(backup -> assertThat(backup.toOffset()).isEqualTo(Long.parseLong(size)));
        assertThat(acceptance().accept()).isEmpty();
        process = startProcess();
        await().atMost(ArchiveDatabase.SOON)
                .until(
                        () -> owner.sql("SELECT count(*) FROM audit.records WHERE channel = 'rejected-events'"),
                        "20"::equals);
        process.stop();
        var verdict = verification.all();
        assertThat(verdict.findings()).isEmpty();
        assertThat(verdict.status()).isEqualTo(Status.OK_WITH_GAPS);

        removeBefore("audit-checkpoints", -1);
        TamperedArchive.publish(
                platform,
                1,
                new Checkpoint(
                        owner.sql("SELECT note FROM audit.checkpoints ORDER BY size DESC, signed_ms DESC LIMIT 1")));
        assertThatThrownBy(() -> witness.witness(Instant.now())).isInstanceOf(EvidenceMismatch.class);
        assertThat(Files.readString(folder.resolve("seen"))).contains("\n" + size + "\n");
    }

    private AuditProcess.Process startProcess() {
        return startProcess(settings, InstantSource.system());
    }

    private AuditProcess.Process startProcess(ArchiveSettings some, InstantSource clock) {
        return startProcess(transactions, some, clock);
    }

    private AuditProcess.Process startProcess(DatabaseTransactions own, ArchiveSettings some, InstantSource clock) {
        return processes.start(
                own,
                alarms -> new CheckpointLog(
                        own,
                        new CheckpointPublisher(platform.kafkaClient(), channels, alarms),
                        unsignedRecords,
                        alarms,
                        new EvidenceHealth(new SimpleMeterRegistry()),
                        platform.kafkaClient(),
                        some,
                        config,
                        clock));
    }

    private ArchiveSettings settings(Map<String, String> vars) {
        return new ArchiveSettings(platform.topic(""), name -> Optional.ofNullable(vars.get(name)));
    }

    private boolean isSignedWith(String key) throws Exception {
        var note = owner.sql("SELECT note FROM audit.checkpoints ORDER BY size DESC, signed_ms DESC LIMIT 1");
        var keys = List.of(SigningKey.parse(key).publicKey());
        return SignedNote.open(note, settings.identity().origin(), keys).isPresent();
    }

    private TruncationAcceptance truncation() {
        return new TruncationAcceptance(
                database, platform.kafkaClient(), encryption, settings.identity(), settings.signingKeys());
    }

    private BackupAcceptance acceptance() {
        return new BackupAcceptance(database, platform.kafkaClient(), settings.identity(), settings.signingKeys());
    }

    private void archive(String channel, int partition, int records) throws Exception {
        var count = "SELECT count(*) FROM audit.records WHERE channel = '" + channel + "'";
        var before = Integer.parseInt(owner.sql(count));
        send(channel, records);
        awaitCount(count, before + records);
    }

    private void send(String channel, int records) throws Exception {
        try (var sender = new RecordSender(platform, Map.of())) {
            for (var i = 0; i < records; i++) {
                sender.sent(channel, System.currentTimeMillis(), "" + i);
            }
        }
    }

    private void awaitCount(String select, int expected) {
        await().atMost(ArchiveDatabase.SOON).until(() -> owner.sql(select), Integer.toString(expected)::equals);
    }

    /** Removes the records of partition 0 before an offset, as retention does; -1 is the end. */
    private void removeBefore(String channel, long offset) throws Exception {
        var partition = new TopicPartition(platform.topic(channel), 0);
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, partition.topic());
        var expires = new AlterConfigOp(new ConfigEntry("cleanup.policy", "delete"), AlterConfigOp.OpType.SET);
        try (var admin = Admin.create(platform.kafkaClient())) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(expires))).all().get();
            // The broker that has taken the change applies it a moment later.
            await().atMost(ArchiveDatabase.SOON)
                    .ignoreExceptionsMatching(failed -> failed.getCause() instanceof PolicyViolationException)
                    .until(() -> admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset)))
                                    .all()
                                    .get()
                            == null);
        }
    }

    private String published() {
        try (var checkpoints = new PublishedCheckpoints(platform.kafkaClient(), settings.identity())) {
            return checkpoints
                    .latest(head -> true)
                    .map(PublishedCheckpoints.Published::note)
                    .orElse(null);
        }
    }
}
