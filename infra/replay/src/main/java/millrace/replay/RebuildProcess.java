package millrace.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import millrace.events.Json;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationResources;
import millrace.generation.RebuildException;
import millrace.generation.RebuildProtocol;
import millrace.generation.RebuildProtocol.Answer;
import millrace.generation.RebuildProtocol.Request;
import millrace.generation.RebuildProtocol.Verb;
import millrace.generation.Rebuildable;

/**
 * Port of a consumer in a process of its own service, which is the command of its line in the Procfile with one more
 * argument. The process starts with the first call and ends with the command. A call takes as long as the verb does; it
 * fails if the process ends.
 */
final class RebuildProcess implements Rebuildable {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

    /** Ctrl-C on the command does not reach the process: a verb that was begun ends first. */
    private static final String START = "trap '' INT HUP; exec /bin/sh -c \"$1\"";

    private final PlatformConnection platform;
    private final String consumer;
    private final Path log;
    private Process process;
    private BufferedWriter calls;
    private BufferedReader answers;

    RebuildProcess(PlatformConnection platform, String consumer) {
        this.platform = platform;
        this.consumer = consumer;
        this.log = platform.directory("logs").resolve(consumer + "-rebuild.log");
    }

    @Override
    public GenerationResources resources(int generation, int rate, Map<String, String> inputs) {
        return call(new Request(Verb.RESOURCES, generation, 0, rate, inputs, false), GenerationResources.class);
    }

    @Override
    public void create(int generation) {
        call(Request.of(Verb.CREATE, generation, 0), Void.class);
    }

    @Override
    public void drop(int generation) {
        call(Request.of(Verb.DROP, generation, 0), Void.class);
    }

    @Override
    public void progress(int live, int shadow) {
        call(Request.of(Verb.PROGRESS, live, shadow), Void.class);
    }

    @Override
    public boolean caughtUp(int live, int shadow, boolean alone) {
        return call(new Request(Verb.CAUGHT_UP, live, shadow, 0, Map.of(), alone), Boolean.class);
    }

    @Override
    public GenerationComparison compare(int live, int shadow) {
        return call(Request.of(Verb.COMPARE, live, shadow), GenerationComparison.class);
    }

    @Override
    public boolean fenced(int old, int successor) {
        return call(Request.of(Verb.FENCED, old, successor), Boolean.class);
    }

    @Override
    public String fence(int old, int successor) {
        return call(Request.of(Verb.FENCE, old, successor), String.class);
    }

    /** Ends the process; kills it if it does not end within 10 s. */
    @Override
    public void close() {
        if (process == null) {
            return;
        }
        try {
            calls.close();
            if (!process.waitFor(ENDS_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private <T> T call(Request request, Class<T> type) {
        try {
            var answer = Json.MAPPER.readValue(answer(Json.text(request)), Answer.class);
            if (answer.refusal() != null) {
                throw new RebuildException(answer.refusal());
            }
            if (answer.failure() != null) {
                throw new IllegalStateException(
                        "The service of %s has failed: %s".formatted(consumer, answer.failure()));
            }
            JsonNode result = answer.result();
            return result == null || result.isNull() ? null : Json.MAPPER.treeToValue(result, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The service of %s does not speak the protocol".formatted(consumer), e);
        }
    }

    private String answer(String request) {
        try {
            start();
            calls.write(request);
            calls.newLine();
            calls.flush();
            var answer = answers.readLine();
            if (answer != null) {
                return answer;
            }
        } catch (IOException e) {
            throw ended(e);
        }
        throw ended(null);
    }

    private void start() throws IOException {
        if (process != null) {
            return;
        }
        var command = platform.command(consumer) + " " + RebuildProtocol.ARGUMENT;
        var builder = new ProcessBuilder("/bin/sh", "-c", START, consumer + "-rebuild", command)
                .directory(platform.root().toFile())
                .redirectError(log.toFile());
        builder.environment().putAll(platform.vars());
        builder.environment().put("MILLRACE_HOME", platform.home().toString());
        process = builder.start();
        calls = process.outputWriter(UTF_8);
        answers = process.inputReader(UTF_8);
    }

    private RebuildException ended(IOException cause) {
        try {
            return new RebuildException(
                    "The service of %s ended before it answered; its log %s:%n%s"
                            .formatted(consumer, log, Files.readString(log)),
                    cause);
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + log + " cannot be read", e);
        }
    }
}
