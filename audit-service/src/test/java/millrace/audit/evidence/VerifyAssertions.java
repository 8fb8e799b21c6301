package millrace.audit.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import millrace.audit.evidence.ChainFinding.Kind;
import millrace.audit.seal.FieldEncryption;
import millrace.audit.table.DatabaseTransactions;
import millrace.local.Platform;

/** Verifies a chain and asserts the finding. */
record VerifyAssertions(
        Platform platform, DatabaseTransactions transactions, ArchiveSettings settings, FieldEncryption encryption) {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    void finds(String channel, int partition, Kind kind, Long seq, Long offset, Long segment) throws Exception {
        finds(of(channel, partition, encryption), kind, seq, offset, segment);
    }

    /** @param offset {@code null} for any */
    static void finds(ChainVerdict verdict, Kind kind, Long seq, Long offset, Long segment) {
        assertThat(verdict.finding())
                .as("%s", verdict)
                .isNotNull()
                .returns(kind, finding -> finding.kind())
                .returns(seq, finding -> finding.seq())
                .returns(segment, finding -> finding.segment());
        if (offset != null) {
            assertThat(verdict.finding().offset()).isEqualTo(offset);
        }
    }

    /** The verdict on one chain. */
    ChainVerdict of(String channel, int partition, FieldEncryption some) throws Exception {
        var query = new VerifyQuery(
                Optional.of(channel),
                Optional.of(partition),
                Instant.EPOCH,
                Instant.MAX,
                true,
                Instant.now().plus(WITHIN),
                () -> false);
        var verdicts = verify(some).verify(query).chains();
        assertThat(verdicts).hasSize(1);
        return verdicts.getFirst();
    }

    /** The verdict on everything. */
    VerificationResult all() throws Exception {
        return verify(encryption).verify(VerifyQuery.all(Instant.now().plus(WITHIN)));
    }

    private Verify verify(FieldEncryption some) {
        return new Verify(transactions, some, platform.kafkaClient(), settings.identity());
    }
}
