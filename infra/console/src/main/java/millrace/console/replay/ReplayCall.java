package millrace.console.replay;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import millrace.console.call.ConsoleException;
import millrace.console.call.Request;
import millrace.events.Catalogue;
import millrace.events.Channels;

/**
 * A call of {@code bin/replay} that a page may start.
 *
 * @param arguments after the name of the command
 */
record ReplayCall(String verb, String consumer, List<String> arguments) {
    private static final Set<String> VERBS = Set.of("plan", "run", "compare", "switch", "rollback", "drop");
    private static final int HIGHEST_RATE = 1_000_000;
    private static final int HIGHEST_GENERATION = 10_000;

    /** Consumers that take part in the generations, by their processes. */
    static List<String> consumers() {
        var channel = Catalogue.entry(Channels.GENERATIONS.name());
        return channel.writers().stream()
                .filter(module -> !module.equals(channel.owner()))
                .map(Catalogue::process)
                .toList();
    }

    /**
     * Reads the body of a call: {@code consumer}, and {@code rate}, {@code archive}, {@code anyway} and {@code
     * generation} where the command has them.
     *
     * @throws ConsoleException 404 for another command or consumer, 400 for a number outside its limits
     */
    static ReplayCall of(Request request) {
        var verb = request.parameter("verb");
        if (!VERBS.contains(verb)) {
            throw ConsoleException.notFound("A page does not start bin/replay " + verb + ".");
        }
        var consumer = request.required("consumer");
        if (!consumers().contains(consumer)) {
            throw ConsoleException.notFound(
                    "There is no consumer %s: expected one of %s.".formatted(consumer, String.join(", ", consumers())));
        }
        var arguments = new ArrayList<>(List.of(consumer));
        switch (verb) {
            case "run" -> {
                arguments.add("--until-caught-up");
                number(request, "rate", HIGHEST_RATE, arguments);
                flag(request, "archive", arguments);
            }
            case "compare" -> arguments.add("--json");
            case "switch", "rollback" -> flag(request, "anyway", arguments);
            case "drop" -> number(request, "generation", HIGHEST_GENERATION, arguments);
            default -> {
                // A plan has no options.
            }
        }
        return new ReplayCall(verb, consumer, List.copyOf(arguments));
    }

    /** The command as a person types it. */
    String line() {
        return "bin/replay " + verb + " " + String.join(" ", arguments);
    }

    private static void flag(Request request, String name, List<String> arguments) {
        if (request.body().path(name).asBoolean()) {
            arguments.add("--" + name);
        }
    }

    private static void number(Request request, String name, int most, List<String> arguments) {
        request.text(name).ifPresent(text -> {
            if (!text.matches("[0-9]{1,8}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
                throw ConsoleException.badRequest(
                        "%s has to be a whole number from 1 to %d, not \"%s\".".formatted(name, most, text));
            }
            arguments.add("--" + name);
            arguments.add(text);
        });
    }
}
