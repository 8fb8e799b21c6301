package millrace.local.up;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import millrace.local.control.ControlException;
import millrace.local.control.ControlRoutes;

/**
 * Calls of the control API for the processes. A process is named as {@code orders.2}; {@code orders} are all of that
 * type. An answer has the state of the processes right after the call, which does not wait until they are up or down.
 */
final class ProcessRoutes {
    private final ProcessSupervisor processes;
    private final Supplier<Map<String, String>> oneOff;

    /** @param oneOff environment of a one-off process */
    private ProcessRoutes(ProcessSupervisor processes, Supplier<Map<String, String>> oneOff) {
        this.processes = processes;
        this.oneOff = oneOff;
    }

    static void add(ControlRoutes routes, ProcessSupervisor processes, Supplier<Map<String, String>> oneOff) {
        var calls = new ProcessRoutes(processes, oneOff);
        routes.add("GET", "/processes", call -> views(processes.all()))
                .add("POST", "/processes/{name}/restart", call -> views(processes.restart(call.parameter("name"))))
                .add("POST", "/processes/{name}/stop", call -> calls.each(call, SupervisedProcess::stop))
                .add("POST", "/processes/{name}/kill", calls::kill)
                .add("POST", "/processes/{name}/pause", call -> calls.eachRunning(call, SupervisedProcess::pause))
                .add("POST", "/processes/{name}/resume", call -> calls.eachRunning(call, SupervisedProcess::resume))
                .add("POST", "/processes/{name}/slow", calls::slow)
                .add("POST", "/processes/{name}/scale", calls::scale)
                .add("POST", "/one-off", call -> Map.of("environment", calls.oneOff.get()));
    }

    private Object each(ControlRoutes.Call call, BiConsumer<SupervisedProcess, Instant> action) {
        return each(processes.named(call.parameter("name")), action);
    }

    /** Does it to those that run. Where none does, the first of them refuses it. */
    private Object eachRunning(ControlRoutes.Call call, BiConsumer<SupervisedProcess, Instant> action) {
        return each(those(processes.named(call.parameter("name")), SupervisedProcess::isRunning), action);
    }

    private Object kill(ControlRoutes.Call call) {
        var named = processes.named(call.parameter("name"));
        return each(those(named, process -> process.process().isAlive()), SupervisedProcess::kill);
    }

    private static List<SupervisedProcess> those(
            List<SupervisedProcess> processes, Predicate<SupervisedProcess> condition) {
        var some = processes.stream().filter(condition).toList();
        return some.isEmpty() ? processes : some;
    }

    private static Object each(List<SupervisedProcess> processes, BiConsumer<SupervisedProcess, Instant> action) {
        processes.forEach(process -> action.accept(process, Instant.now()));
        return views(processes);
    }

    private Object slow(ControlRoutes.Call call) {
        var percent = number(call, "percent");
        if (percent < DutyCycle.LEAST_PERCENT || percent > DutyCycle.MOST_PERCENT) {
            throw ControlException.invalid("A process can have from %d to %d percent of the time, not %d."
                    .formatted(DutyCycle.LEAST_PERCENT, DutyCycle.MOST_PERCENT, percent));
        }
        return eachRunning(call, (process, now) -> process.slow(percent, now));
    }

    private Object scale(ControlRoutes.Call call) {
        return views(processes.scale(call.parameter("name"), number(call, "quantity")));
    }

    private static int number(ControlRoutes.Call call, String field) {
        var text = call.text(field).orElse("");
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw ControlException.badRequest(
                    "The field " + field + " has to be a whole number, not \"" + text + "\".");
        }
    }

    private static List<Map<String, Object>> views(List<SupervisedProcess> processes) {
        return processes.stream().map(ProcessRoutes::view).toList();
    }

    private static Map<String, Object> view(SupervisedProcess process) {
        synchronized (process) {
            var view = new LinkedHashMap<String, Object>();
            view.put("name", process.name());
            view.put("state", process.state().word());
            view.put("description", process.description(Instant.now()));
            view.put("since", process.since().truncatedTo(ChronoUnit.SECONDS).toString());
            view.put("paused", process.isPaused());
            process.percent().ifPresent(percent -> view.put("percent", percent));
            view.put("restarts", process.restarts());
            view.put("memoryBytes", ProcessMemory.of(process.process()));
            process.memoryLimit().ifPresent(limit -> view.put("memoryLimitBytes", limit));
            var port = process.address().replaceFirst(".*:", "");
            if (!port.isEmpty()) {
                view.put("port", Integer.parseInt(port));
            }
            return view;
        }
    }
}
