package millrace.orders;

import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.WebApplicationException;
import millrace.orders.outage.DatabaseRefusal;

/** The answer while the database is away. */
class Unavailable extends ServiceUnavailableException {
    private static final long serialVersionUID = 1;

    private static final long RETRY_AFTER_SECONDS = 1;

    Unavailable(Throwable cause) {
        super("The database does not answer.", RETRY_AFTER_SECONDS, cause);
    }

    /** Whether it is not an answer already, and may pass. */
    static boolean isCause(Throwable failure) {
        return !(failure instanceof WebApplicationException) && DatabaseRefusal.mayPass(failure);
    }
}
