package millrace.audit;

import jakarta.ws.rs.core.Response;
import java.sql.SQLException;
import millrace.access.Problem;
import org.apache.kafka.common.KafkaException;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Answers 503 while the database or Kafka does not answer. */
final class ArchiveProblems {
    @ServerExceptionMapper
    Response map(SQLException failure) {
        return Problem.response(Problem.unavailable("The database does not answer.", failure));
    }

    @ServerExceptionMapper
    Response map(KafkaException failure) {
        return Problem.response(Problem.unavailable("Kafka does not answer: " + failure.getMessage(), failure));
    }
}
