package millrace.orders.outage;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.ServiceUnavailableException;
import jakarta.ws.rs.WebApplicationException;

/** What a caller over HTTP is told when the database has failed. */
public final class DatabaseFailureMapper {
    private static final long RETRY_AFTER_SECONDS = 1;

    private DatabaseFailureMapper() {}

    /** Meant for {@code onFailure().transform}: an answer stays as it is, and so does a fault of this program. */
    public static Throwable toHttp(Throwable failure) {
        boolean spoken = DatabaseFailure.isFinal(failure) || DatabaseFailure.isOutage(failure);
        return failure instanceof WebApplicationException || !spoken ? failure : answer(failure);
    }

    private static WebApplicationException answer(Throwable failure) {
        return DatabaseFailure.isFinal(failure)
                ? new BadRequestException("The request has a text that the database cannot keep.", failure)
                : new ServiceUnavailableException("The database does not answer.", RETRY_AFTER_SECONDS, failure);
    }
}
