package millrace.audit.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * What became of the records of a channel and a minute of acceptance. Where a column does not apply to the channel, it is
 * {@code null}.
 *
 * @param edge acknowledged to the edge by the brokers
 * @param unsure sent by the edge and never answered: on the channel or not
 * @param backOffice written by orders-service for the back office
 * @param onChannel what a reader of the channel gets; {@code null} where retention has removed some of it
 * @param counted by analytics, and no dead letter
 * @param late set apart by analytics
 * @param repeated left out by analytics
 * @param dead set apart by analytics, because it could not go on with them
 * @param why a sentence about the state; {@code null} where it is balanced
 * @param difference records too many, or, if negative, missing; 0 where it is not unbalanced
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Line(
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
        State state,
        String why,
        long difference) {}
