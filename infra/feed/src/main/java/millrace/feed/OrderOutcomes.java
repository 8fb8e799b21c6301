package millrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;
import millrace.events.Json;

/**
 * Queries the orders service for the outcome of each order that the edge accepted. At most {@value #MAX_ORDERS} orders
 * of a run are remembered; later ones are counted as not asked.
 */
final class OrderOutcomes {
    static final String DEAD_LETTERED = "dead-lettered";
    static final String UNKNOWN = "unknown after the limit";
    static final String NOT_ASKED = "not asked";

    private static final int MAX_ORDERS = 100_000;
    private static final int MAX_CONCURRENT_REQUESTS = 8;
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final URI orders;
    private final String readerKey;
    private final String source;
    private final Set<PlacedOrder> placed = new LinkedHashSet<>();
    private long notAsked;

    /** @param eventId id of the event that places the order: the history of the order names it as the cause */
    private record PlacedOrder(String eventId, String orderId) {}

    /** @param source source of the orders: the first part of their ids in the orders service */
    OrderOutcomes(URI orders, String readerKey, String source) {
        this.orders = orders;
        this.readerKey = readerKey;
        this.source = source;
    }

    /** Remembers an order that the edge accepted; a duplicate is the same order. */
    synchronized void accepted(FeedMessage order) {
        var one = new PlacedOrder(order.id(), order.body().path("orderId").asText());
        if (placed.size() < MAX_ORDERS) {
            placed.add(one);
        } else if (!placed.contains(one)) {
            notAsked++;
        }
    }

    /** Returns the number of orders by outcome. Orders without an outcome at the limit are counted as unknown. */
    Map<String, Long> await(Duration limit) {
        var end = System.nanoTime() + limit.toNanos();
        var outcomes = new TreeMap<String, Long>();
        var open = List.copyOf(placed);
        while (!open.isEmpty()) {
            open = query(open, end, outcomes);
            if (open.isEmpty() || System.nanoTime() + PAUSE.toNanos() > end) {
                break;
            }
            FeedRate.sleep(PAUSE);
        }
        count(outcomes, UNKNOWN, open.size());
        count(outcomes, NOT_ASKED, notAsked);
        return outcomes;
    }

    /** Queries each order once and returns those without an outcome. */
    private List<PlacedOrder> query(List<PlacedOrder> open, long end, Map<String, Long> outcomes) {
        var without = new ArrayList<PlacedOrder>();
        try (var threads = Executors.newFixedThreadPool(MAX_CONCURRENT_REQUESTS)) {
            var answers = new ArrayList<Future<Optional<String>>>();
            open.forEach(order -> answers.add(
                    threads.submit(() -> System.nanoTime() < end ? outcome(order) : Optional.<String>empty())));
            for (var i = 0; i < answers.size(); i++) {
                var outcome = answers.get(i).get();
                if (outcome.isPresent()) {
                    count(outcomes, outcome.get(), 1);
                } else {
                    without.add(open.get(i));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FeedException("Stopped: interrupted.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FeedException sentence) {
                throw sentence;
            }
            throw new IllegalStateException("The orders service could not be asked", e.getCause());
        }
        return without;
    }

    private Optional<String> outcome(PlacedOrder order) throws InterruptedException {
        var state = get("/orders/" + encoded(source) + "/" + encoded(order.orderId()));
        var caused = StreamSupport.stream(state.path("history").spliterator(), false)
                .filter(event -> event.path("causedBy").asText().equals(order.eventId()))
                .map(event -> event.path("type").asText())
                .toList();
        if (caused.contains("TransitionRefused")) {
            return Optional.of("refused");
        }
        if (caused.contains("OrderRejected")) {
            return Optional.of("rejected");
        }
        if (!caused.isEmpty()) {
            return Optional.of(state.path("status").asText());
        }
        var letters = get("/dead-letters?key=" + encoded(source + "/" + order.orderId()));
        return letters.isArray() && !letters.isEmpty() ? Optional.of(DEAD_LETTERED) : Optional.empty();
    }

    /** Returns the JSON of the response; missing for a status other than 200 and for a failed request. */
    private JsonNode get(String path) throws InterruptedException {
        var request = HttpRequest.newBuilder(orders.resolve(path))
                .timeout(RESPONSE_TIMEOUT)
                .header("Authorization", "Bearer " + readerKey)
                .header("Accept", "application/json")
                .build();
        try {
            HttpResponse<byte[]> response = http.send(request, BodyHandlers.ofByteArray());
            return switch (response.statusCode()) {
                case 200 -> Json.MAPPER.readTree(response.body());
                case 401, 403 ->
                    throw new FeedException("The orders service at %s answered %d: --reader-key must be a reader's key."
                            .formatted(orders, response.statusCode()));
                default -> MissingNode.getInstance();
            };
        } catch (JsonProcessingException e) {
            throw new FeedException(
                    "The server at " + orders + " is not the orders service: its answer is not JSON.", e);
        } catch (IOException e) {
            return MissingNode.getInstance();
        }
    }

    private static void count(Map<String, Long> outcomes, String outcome, long orders) {
        if (orders > 0) {
            outcomes.merge(outcome, orders, Long::sum);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }
}
