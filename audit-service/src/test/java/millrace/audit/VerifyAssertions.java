package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import millrace.audit.table.DatabaseTransactions;
import millrace.audit.verify.ChainFinding.Kind;
import millrace.audit.verify.ChainVerdict;
import millrace.audit.verify.Verify;
import millrace.audit.verify.VerifyQuery;
import millrace.local.Platform;

/** Verifies a chain and asserts the finding. */
record VerifyAssertions(
        Platform platform, DatabaseTransactions transactions, ArchiveSettings settings, FieldEncryption encryption) {
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

    ChainVerdict of(String channel, int partition, FieldEncryption encryption) throws Exception {
        var verify = new Verify(transactions, encryption, platform.kafkaClient(), settings.identity());
        var end = Instant.now().plus(Duration.ofSeconds(30));
        var question = new VerifyQuery(Optional.of(channel), Optional.of(partition), Instant.EPOCH, Instant.MAX, end);
        var verdicts = verify.answer(question);
        assertThat(verdicts).hasSize(1);
        return verdicts.getFirst();
    }
}
