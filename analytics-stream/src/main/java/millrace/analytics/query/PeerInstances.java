package millrace.analytics.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.UriBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import millrace.access.Problem;
import millrace.analytics.progress.JobProgress;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

/**
 * Queries the other instances of the job over HTTP with the caller's API key; an answer may take at most ten seconds.
 */
@ApplicationScoped
class PeerInstances {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_REFUSAL_BYTES = 4096;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    private final KafkaStreams streams;
    private final JobProgress progress;
    private final HttpHeaders caller;

    PeerInstances(KafkaStreams streams, JobProgress progress, HttpHeaders caller) {
        this.streams = streams;
        this.progress = progress;
        this.caller = caller;
    }

    /** Returns the other instances that hold partitions of the table, by the last assignment. */
    List<HostInfo> holding(QueryableTable<?> table) {
        return streams.metadataForAllStreamsClients().stream()
                .filter(instance -> instance.stateStoreNames().contains(table.store()))
                .map(StreamsMetadata::hostInfo)
                .filter(instance -> !address(instance).equals(progress.address()))
                .distinct()
                .toList();
    }

    /** Passes all rows of an instance to the sink; 503 naming the instance if it does not answer completely. */
    <V> void ask(HostInfo instance, QueryableTable<V> table, KeyRange range, RowSink<V> rows) {
        try {
            var answer = client.send(request(instance, table, range), BodyHandlers.ofInputStream());
            var timeout = new CompletableFuture<Void>().orTimeout(ANSWER_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            timeout.whenComplete((end, late) -> close(answer.body()));
            try {
                if (answer.statusCode() != 200) {
                    throw unavailable(instance, table, "it answered " + refusal(answer));
                }
                RowStream.read(answer.body(), table, rows);
            } finally {
                timeout.complete(null);
            }
        } catch (HttpTimeoutException e) {
            throw unavailable(instance, table, "it did not answer in time");
        } catch (IOException | SerializationException e) {
            throw unavailable(instance, table, "it cannot be reached or broke off (" + e + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(instance, table, "this instance stops");
        }
    }

    private HttpRequest request(HostInfo instance, QueryableTable<?> table, KeyRange range) {
        var uri = UriBuilder.fromUri("http://" + address(instance))
                .path("rows/{table}")
                .resolveTemplate("table", table.name());
        if (range.first() != null) {
            uri.queryParam("first", "{first}").resolveTemplate("first", range.first());
        }
        if (range.last() != null) {
            uri.queryParam("last", "{last}").resolveTemplate("last", range.last());
        }
        return HttpRequest.newBuilder(uri.build())
                .timeout(ANSWER_TIMEOUT)
                .header(HttpHeaders.AUTHORIZATION, caller.getHeaderString(HttpHeaders.AUTHORIZATION))
                .build();
    }

    private static RuntimeException unavailable(HostInfo instance, QueryableTable<?> table, String why) {
        return Problem.unavailable("The instance %s holds partitions of the table %s and %s."
                .formatted(address(instance), table.name(), why));
    }

    /** Returns status and sentence of the instance's problem, if it sent one. */
    private static String refusal(HttpResponse<InputStream> answer) throws IOException {
        var text = new String(answer.body().readNBytes(MAX_REFUSAL_BYTES), UTF_8);
        try {
            return answer.statusCode() + ": " + new JsonObject(text).getString("detail");
        } catch (DecodeException e) {
            return Integer.toString(answer.statusCode());
        }
    }

    private static String address(HostInfo instance) {
        return instance.host() + ":" + instance.port();
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
