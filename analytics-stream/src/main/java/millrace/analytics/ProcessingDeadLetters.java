package millrace.analytics;

import static java.nio.charset.StandardCharsets.UTF_8;

import millrace.analytics.engine.UncountedEventException;
import millrace.analytics.engine.UnknownFormatException;
import millrace.events.DeadLetterHeaders;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A record that breaks a step goes to the dead letters and the job goes on. Where the event was judged before,
 * the record had been counted: the letter says so, and nobody takes it for two records. State of another release stops
 * the job.
 */
public final class ProcessingDeadLetters extends LogAndContinueProcessingExceptionHandler {
    @Override
    public Response handleError(ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
        if (UnknownFormatException.causes(exception)) {
            return Response.fail();
        }
        var response = super.handleError(context, record, exception);
        if (!(exception instanceof UncountedEventException)) {
            response.deadLetterQueueRecords()
                    .forEach(letter -> letter.headers().add(DeadLetterHeaders.COUNTED, "true".getBytes(UTF_8)));
        }
        return response;
    }
}
