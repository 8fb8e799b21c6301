package millrace.console.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Semaphore;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.feed.Feeds;

/**
 * The stream of a page, as server-sent events: an event for each feed whose value has changed, named after the feed. A
 * page that reads slowly gets the last value of each feed and nothing of what came between. The server ends a stream
 * after some minutes, and the browser goes on with a new one.
 */
final class EventStream {
    static final int MOST = 48;

    /** Between two sets of values: a page changes ten times a second at most. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);
    private static final Duration LONGEST = Duration.ofMinutes(9);

    private final Feeds feeds;
    private final Semaphore streams = new Semaphore(MOST);

    EventStream(Feeds feeds) {
        this.feeds = feeds;
    }

    /** Writes until the page leaves, the time is over, or the server stops. */
    void write(HttpExchange exchange, String names, Access access) throws IOException, InterruptedException {
        var wanted = Arrays.stream(names.split(","))
                .filter(name -> !name.isBlank())
                .distinct()
                .toList();
        requireKnown(wanted);
        if (!streams.tryAcquire()) {
            throw new ConsoleException(429, MOST + " pages are open already: close one.");
        }
        try {
            write(exchange, wanted, access);
        } finally {
            streams.release();
        }
    }

    private void requireKnown(List<String> wanted) {
        for (var name : wanted) {
            if (!feeds.names().contains(name)) {
                throw ConsoleException.notFound("There is no feed " + name + ".");
            }
        }
    }

    private void write(HttpExchange exchange, List<String> names, Access access)
            throws IOException, InterruptedException {
        var headers = exchange.getResponseHeaders();
        headers.set("Content-Type", "text/event-stream");
        headers.set("Cache-Control", "no-store");
        headers.set("X-Accel-Buffering", "no");
        exchange.sendResponseHeaders(200, 0);
        var began = System.nanoTime();
        try (var subscription = feeds.subscribe(names, access);
                var out = exchange.getResponseBody()) {
            out.write("retry: 500\n\n".getBytes(UTF_8));
            out.flush();
            while (System.nanoTime() - began < LONGEST.toNanos()) {
                var values = subscription.take(HEARTBEAT);
                var text = new StringBuilder();
                values.forEach((feed, json) -> text.append("event: ")
                        .append(feed)
                        .append("\ndata: ")
                        .append(json)
                        .append("\n\n"));
                out.write((text.isEmpty() ? ": nothing new\n\n" : text.toString()).getBytes(UTF_8));
                out.flush();
                Thread.sleep(PAUSE);
            }
        }
    }
}
