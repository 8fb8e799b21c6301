package millrace.audit.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * The counts of a channel for one minute of acceptance. A count that does not apply to the channel is {@code null}.
 *
 * @param edge records that the brokers acknowledged to the edge
 * @param unsure records that the edge sent without an answer: on the channel or not
 * @param backOffice records that orders-service wrote for the back office
 * @param onChannel committed records on the channel; {@code null} if retention has removed some of them
 * @param counted records that analytics counted, without dead letters
 * @param late records that were late for analytics
 * @param repeated duplicates that analytics dropped
 * @param dead records that analytics dead-lettered
 * @param why a sentence about the state; {@code null} if balanced
 * @param difference surplus records, or, if negative, missing ones; 0 unless unbalanced
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LedgerLine(
        String channel,
        Instant minute,
        Long edge,
        Long unsure,
        Long backOffice,
        Long onChannel,
        Long archived,
        Long counted,
        Long late,
        Long repeated,
        Long dead,
        LineState state,
        String why,
        long difference) {}
