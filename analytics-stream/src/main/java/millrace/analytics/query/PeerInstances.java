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
import millrace.analytics.progress.Progress;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;

/** The other processes of the job. They are asked with the caller's own API key, and for no longer than ten seconds. */
@ApplicationScoped
class OtherInstances {
    private static final Duration CONNECTS_WITHIN = Duration.ofSeconds(2);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(10);
    private static final int LONGEST_REFUSAL = 4096;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECTS_WITHIN)
            .build();
    private final KafkaStreams streams;
    private final Progress progress;
    private final HttpHeaders caller;

    OtherInstances(KafkaStreams streams, Progress progress, HttpHeaders caller) {
        this.streams = streams;
        this.progress = progress;
        this.caller = caller;
    }

    /** Those that hold partitions of the store, as the last assignment says. */
    List<HostInfo> with(Store<?> store) {
        return streams.metadataForAllStreamsClients().stream()
                .filter(instance -> instance.stateStoreNames().contains(store.name()))
                .map(StreamsMetadata::hostInfo)
                .filter(instance -> !address(instance).equals(progress.address()))
                .distinct()
                .toList();
    }

    /** Hands over all that the instance holds; 503 naming the instance where it does not answer to the end. */
    <V> void ask(HostInfo instance, Store<V> store, Range range, Rows<V> rows) {
        try {
            var answer = client.send(request(instance, store, range), BodyHandlers.ofInputStream());
            var inTime = new CompletableFuture<Void>().orTimeout(ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            inTime.whenComplete((end, late) -> close(answer.body()));
            try {
                if (answer.statusCode() != 200) {
                    throw unavailable(instance, store, "it answered " + refusal(answer));
                }
                RowStream.read(answer.body(), store, rows);
            } finally {
                inTime.complete(null);
            }
        } catch (HttpTimeoutException e) {
            throw unavailable(instance, store, "it did not answer in time");
        } catch (IOException | SerializationException e) {
            throw unavailable(instance, store, "it cannot be reached or broke off (" + e + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(instance, store, "this instance stops");
        }
    }

    private HttpRequest request(HostInfo instance, Store<?> store, Range range) {
        var uri = UriBuilder.fromUri("http://" + address(instance))
                .path("rows/{store}")
                .resolveTemplate("store", store.name());
        if (range.first() != null) {
            uri.queryParam("first", "{first}").resolveTemplate("first", range.first());
        }
        if (range.last() != null) {
            uri.queryParam("last", "{last}").resolveTemplate("last", range.last());
        }
        return HttpRequest.newBuilder(uri.build())
                .timeout(ANSWERS_WITHIN)
                .header(HttpHeaders.AUTHORIZATION, caller.getHeaderString(HttpHeaders.AUTHORIZATION))
                .build();
    }

    private static RuntimeException unavailable(HostInfo instance, Store<?> store, String why) {
        return Problem.unavailable("The instance %s holds partitions of the store %s and %s."
                .formatted(address(instance), store.name(), why));
    }

    /** The sentence of the other's own problem where it has one. */
    private static String refusal(HttpResponse<InputStream> answer) throws IOException {
        var text = new String(answer.body().readNBytes(LONGEST_REFUSAL), UTF_8);
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
