package millrace.ingest.auth;

import java.time.Instant;
import millrace.events.TransactionEvent;

/**
 * Facts about one request that all of its records share.
 *
 * @param writer source that sent the request
 * @param source name of the writer, followed by a slash and the name of the import where there is one
 * @param owner name of the source that owns the orders: the writer, or a source that the writer may act for
 * @param path that the request was sent to
 * @param traceparent of the edge's own span in the sender's trace
 */
public record RequestContext(
        Source writer,
        String source,
        String owner,
        String path,
        Instant receivedAt,
        String traceparent,
        BrowserVisitor visitor) {
    /**
     * Returns the id of an order of the owner, which is the same on every channel; {@code null} where the order has no
     * number.
     */
    public String orderId(String number) {
        return number == null ? null : TransactionEvent.orderId(owner, number);
    }
}
