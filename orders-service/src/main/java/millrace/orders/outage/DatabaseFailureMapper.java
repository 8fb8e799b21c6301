package millrace.orders.outage;

import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.WebApplicationException;
import millrace.access.Problem;

/** Maps failures of the database to errors over HTTP. */
public final class DatabaseFailureMapper {
    private DatabaseFailureMapper() {}

    /**
     * Maps an outage to 503 and a refused text to 400, for use in {@code onFailure().transform}; other failures stay as
     * they are.
     */
    public static Throwable toHttp(Throwable failure) {
        boolean spoken = DatabaseFailure.isFinal(failure) || DatabaseFailure.isOutage(failure);
        return failure instanceof WebApplicationException || !spoken ? failure : answer(failure);
    }

    private static WebApplicationException answer(Throwable failure) {
        return DatabaseFailure.isFinal(failure)
                ? new BadRequestException("The request has a text that the database cannot keep.", failure)
                : Problem.unavailable("The database does not answer.", failure);
    }
}
