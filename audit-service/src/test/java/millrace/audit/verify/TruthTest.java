package millrace.audit.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import millrace.audit.chain.ClosedSegment;
import millrace.audit.chain.SigningKey;
import millrace.audit.verify.ChainFinding.Kind;
import millrace.events.Checkpoint;
import millrace.events.Json;
import millrace.local.Secrets;
import org.junit.jupiter.api.Test;

/** A segment whose checkpoint is in the database and not on the channel. */
class TruthTest {
    private static final ChainName CLICKS = new ChainName("clicks", 0);
    private static final byte[] HASH = new byte[32];

    private final SigningKey key = SigningKey.parse(Secrets.signingKey());

    @Test
    void it_is_missing_where_it_had_time_to_get_there() throws Exception {
        var finding = truth(Optional.empty())
                .of(0, Optional.of(closed(Duration.ofMinutes(2), key)))
                .finding();

        assertThat(finding).returns(Kind.CHECKPOINT_MISSING, ChainFinding::kind).returns(0L, ChainFinding::segment);
    }

    @Test
    void it_is_on_its_way_for_a_minute() throws Exception {
        assertThat(truth(Optional.empty())
                        .of(0, Optional.of(closed(Duration.ZERO, key)))
                        .finding())
                .isNull();
    }

    @Test
    void the_signature_in_the_database_is_enough_where_the_platform_keeps_checkpoints_for_a_time_only()
            throws Exception {
        var week = truth(Optional.of(Duration.ofDays(7)));

        assertThat(week.of(0, Optional.of(closed(Duration.ofDays(8), key))).finding())
                .isNull();
        assertThat(week.of(0, Optional.of(closed(Duration.ofDays(6), key)))
                        .finding()
                        .kind())
                .isEqualTo(Kind.CHECKPOINT_MISSING);
    }

    @Test
    void a_signature_of_another_key_is_forged() throws Exception {
        var another = SigningKey.parse(Secrets.signingKey());

        assertThat(truth(Optional.empty())
                        .of(0, Optional.of(closed(Duration.ZERO, another)))
                        .finding()
                        .kind())
                .isEqualTo(Kind.CHECKPOINT_FORGED);
    }

    @Test
    void a_segment_of_which_nobody_knows_is_missing() {
        assertThat(truth(Optional.empty()).of(3, Optional.empty()).finding())
                .isEqualTo(new ChainFinding(
                        Kind.CHECKPOINT_MISSING, null, null, 3L, "audit-checkpoints has no checkpoint of segment 3"));
    }

    private Truth truth(Optional<Duration> kept) {
        return new Truth(CLICKS, new Published(null, key.publicKey()), key.publicKey(), kept);
    }

    private static ClosedSegment closed(Duration ago, SigningKey signer) throws Exception {
        var checkpoint = new Checkpoint(
                "clicks",
                0,
                1,
                0,
                0,
                1,
                0,
                1,
                1,
                HASH,
                HASH,
                HASH,
                new byte[8],
                Instant.now().minus(ago),
                "k");
        var json = Json.MAPPER.writeValueAsBytes(checkpoint);
        return new ClosedSegment("clicks", 0, 0, 1, 0, 1, 0, 1, HASH, json, signer.sign(json));
    }
}
