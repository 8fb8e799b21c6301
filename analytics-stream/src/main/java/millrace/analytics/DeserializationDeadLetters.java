package millrace.analytics;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/**
 * A record of a channel that cannot be read goes to the dead letters and the job goes on. One of the job's own internal
 * topics stops it: dropped, it would be missing from the counts.
 */
public final class DeserializationDeadLetters extends LogAndContinueExceptionHandler {
    private static final String INTERNAL = "-repartition";

    @Override
    public DeserializationExceptionHandler.Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
        return record.topic().endsWith(INTERNAL)
                ? DeserializationExceptionHandler.Response.fail()
                : super.handleError(context, record, exception);
    }
}
