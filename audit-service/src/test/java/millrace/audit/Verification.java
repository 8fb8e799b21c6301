package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import millrace.audit.table.Transactions;
import millrace.audit.verify.Finding.Kind;
import millrace.audit.verify.Question;
import millrace.audit.verify.Verdict;
import millrace.audit.verify.Verify;
import millrace.local.Platform;

/** Asks what is wrong with a chain. */
record Verification(Platform platform, Transactions transactions, Archives archives, Sealing sealing) {
    void finds(String channel, int partition, Kind kind, Long seq, Long offset, Long segment) throws Exception {
        finds(of(channel, partition, sealing), kind, seq, offset, segment);
    }

    /** @param offset {@code null} where it does not matter */
    static void finds(Verdict verdict, Kind kind, Long seq, Long offset, Long segment) {
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

    Verdict of(String channel, int partition, Sealing sealing) throws Exception {
        var verify = new Verify(transactions, sealing, platform.kafkaClient(), archives.place());
        var end = Instant.now().plus(Duration.ofSeconds(30));
        var question = new Question(Optional.of(channel), Optional.of(partition), Instant.EPOCH, Instant.MAX, end);
        var verdicts = verify.answer(question);
        assertThat(verdicts).hasSize(1);
        return verdicts.getFirst();
    }
}
