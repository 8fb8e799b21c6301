package millrace.generation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Supplier;
import millrace.events.Json;

/**
 * Protocol by which the coordinator of rebuilds calls the port of a consumer: it starts the consumer's service with the argument
 * {@code rebuild}, writes a line of JSON for each call and reads a line for its answer. The process opens no port and
 * joins no group, and ends with its standard input.
 */
public final class RebuildProtocol {
    /** Argument of a service that makes it serve its port instead of its readers. */
    public static final String ARGUMENT = "rebuild";

    private RebuildProtocol() {}

    /** Verbs of {@link Rebuildable}. */
    public enum Verb {
        RESOURCES,
        CREATE,
        DROP,
        PROGRESS,
        CAUGHT_UP,
        COMPARE,
        FENCED,
        FENCE
    }

    /**
     * A call.
     *
     * @param generation the first number that the verb takes
     * @param other its second number; 0 where it takes one
     * @param rate of {@code RESOURCES}
     * @param inputs of {@code RESOURCES}
     * @param alone of {@code CAUGHT_UP}
     */
    public record Request(Verb verb, int generation, int other, int rate, Map<String, String> inputs, boolean alone) {
        public static Request of(Verb verb, int generation, int other) {
            return new Request(verb, generation, other, 0, Map.of(), false);
        }
    }

    /**
     * An answer.
     *
     * @param result {@code null} for a verb without one
     * @param refusal sentence of a {@link RebuildException}, else {@code null}
     * @param failure stack trace of another exception, else {@code null}
     */
    public record Answer(JsonNode result, String refusal, String failure) {}

    /** Returns true if the process was started to serve its port. */
    public static boolean isRequested(String... arguments) {
        return arguments.length == 1 && arguments[0].equals(ARGUMENT);
    }

    /** Serves a port on standard input and output until the input ends. What else the process prints is an error output. */
    public static void serve(Supplier<Rebuildable> consumer) {
        var answers = System.out;
        System.setOut(System.err);
        try (var port = consumer.get()) {
            serve(port, System.in, answers);
        }
    }

    static void serve(Rebuildable consumer, InputStream requests, PrintStream answers) {
        try (var lines = new BufferedReader(new InputStreamReader(requests, UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.println(Json.text(answer(consumer, line)));
                answers.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The calls cannot be read", e);
        }
    }

    /** An exception of a verb goes to the caller: this process cannot know what it means for the command. */
    private static Answer answer(Rebuildable consumer, String line) {
        try {
            var result = call(consumer, Json.MAPPER.readValue(line, Request.class));
            return new Answer(Json.MAPPER.valueToTree(result), null, null);
        } catch (RebuildException e) {
            return new Answer(null, e.getMessage(), null);
        } catch (JsonProcessingException | RuntimeException e) {
            var trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            return new Answer(null, null, trace.toString());
        }
    }

    private static Object call(Rebuildable consumer, Request request) {
        int one = request.generation();
        int other = request.other();
        return switch (request.verb()) {
            case RESOURCES -> consumer.resources(one, request.rate(), request.inputs());
            case CREATE -> {
                consumer.create(one);
                yield null;
            }
            case DROP -> {
                consumer.drop(one);
                yield null;
            }
            case PROGRESS -> {
                consumer.progress(one, other);
                yield null;
            }
            case CAUGHT_UP -> consumer.caughtUp(one, other, request.alone());
            case COMPARE -> consumer.compare(one, other);
            case FENCED -> consumer.fenced(one, other);
            case FENCE -> consumer.fence(one, other);
        };
    }
}
