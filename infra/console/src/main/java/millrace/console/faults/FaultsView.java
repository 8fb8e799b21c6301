package millrace.console.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.call.Request;
import millrace.console.feed.Feeds;
import millrace.console.view.Deployment;
import millrace.console.view.View;

/** Faults that a person does, or a game, with their history. There is none where nothing can be controlled. */
public final class FaultsView implements View {
    private static final int SHOWN = 60;
    private static final int LONGEST_NAME = 40;
    private static final long SECONDS = 30;

    private final Optional<Faults> shared;

    /** @param faults empty where the deployment is not local */
    public FaultsView(Optional<Faults> faults) {
        this.shared = faults;
    }

    @Override
    public String name() {
        return "faults";
    }

    @Override
    public boolean isAvailable(Deployment there) {
        return shared.isPresent();
    }

    @Override
    public void addTo(ConsoleRoutes routes, Feeds feeds) {
        var faults = shared.orElseThrow();
        feeds.add("faults", Duration.ofMillis(500), access -> now(faults, SHOWN));
        feeds.add("fault-processes", Duration.ofSeconds(1), access -> processes(faults));
        routes.get("/api/faults", request -> now(faults, Faults.MOST_KEPT))
                .post("/api/faults", request -> start(faults, request))
                .post("/api/faults/{id}/revert", request -> faults.revert(request.parameter("id"), by(request)))
                .post("/api/faults/revert", request -> faults.revertAll(by(request)))
                .post("/api/faults/game", request -> play(faults, request))
                .post("/api/faults/game/stop", request -> {
                    faults.stopGame();
                    return now(faults, SHOWN);
                });
    }

    private static Map<String, Object> now(Faults faults, int most) {
        var now = new LinkedHashMap<String, Object>();
        now.put("current", faults.current());
        now.put("history", faults.history(most));
        faults.game().ifPresent(game -> {
            now.put("game", game);
            now.put("moves", game.moves().size());
        });
        return now;
    }

    private static List<Map<String, Object>> processes(Faults faults) throws InterruptedException {
        return StreamSupport.stream(faults.processes().spliterator(), false)
                .map(FaultsView::process)
                .toList();
    }

    private static Map<String, Object> process(JsonNode process) {
        var some = new LinkedHashMap<String, Object>();
        some.put("name", process.path("name"));
        some.put("state", process.path("state"));
        some.put("description", process.path("description"));
        return some;
    }

    private static Fault start(Faults faults, Request request) throws InterruptedException {
        var word = request.required("kind");
        var kind = FaultKind.of(word)
                .orElseThrow(() -> ConsoleException.badRequest("There is no kind %s, only these: %s."
                        .formatted(
                                word,
                                Arrays.stream(FaultKind.values())
                                        .map(FaultKind::word)
                                        .collect(Collectors.joining(", ")))));
        var value = request.text("value").isEmpty() ? null : number(request, "value", 0);
        return faults.start(
                kind,
                request.text("process").orElse(""),
                value,
                Duration.ofSeconds(number(request, "seconds", SECONDS)),
                by(request));
    }

    private static FaultGame play(Faults faults, Request request) throws InterruptedException {
        return faults.play(
                number(request, "seed", 1), number(request, "seconds", 120), number(request, "pace", 10), by(request));
    }

    private static long number(Request request, String field, long otherwise) {
        var text = request.text(field).orElse(Long.toString(otherwise));
        if (!text.matches("[0-9]{1,18}")) {
            throw ConsoleException.badRequest(
                    "The field " + field + " has to be a whole number, not \"" + text + "\".");
        }
        return Long.parseLong(text);
    }

    private static String by(Request request) {
        var name = request.text("by").orElse("the console");
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) : name;
    }
}
