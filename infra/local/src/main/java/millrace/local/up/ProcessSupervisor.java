package millrace.local.up;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.local.ManagedServer;
import millrace.local.control.ControlException;

/**
 * All processes of one {@code bin/up}, restarted after each end that was not asked for until this is closed. Any thread
 * may use it.
 */
final class ProcessSupervisor implements AutoCloseable {
    private final Consumer<String> messages;
    private final List<SupervisedProcess> platform = new ArrayList<>();
    private final Map<ProcessType, SortedMap<Integer, SupervisedProcess>> application = new LinkedHashMap<>();
    private final Set<SupervisedProcess> leaving = new HashSet<>();
    private final List<SupervisedProcess> clients = new ArrayList<>();
    private boolean closed;

    /**
     * A line of the Procfile, of which several processes can run.
     *
     * @param most processes at once
     * @param reason for that limit, as a sentence
     * @param create makes the process of a number: 1 is the first
     */
    record ProcessType(String name, int most, String reason, IntFunction<SupervisedProcess> create) {}

    /** @param messages takes one sentence for each change of a process */
    ProcessSupervisor(Consumer<String> messages) {
        this.messages = messages;
    }

    /** Supervises a server that the platform has started and will stop. */
    synchronized void watch(ManagedServer server, Instant started) {
        var supervised = new SupervisedProcess(server, Optional.empty(), messages);
        supervised.started(started, Instant.now());
        platform.add(supervised);
    }

    /** Starts the first process of a type. */
    synchronized void start(ProcessType type) {
        var first = started(type.create().apply(1));
        application.computeIfAbsent(type, added -> new TreeMap<>()).put(1, first);
    }

    /** Starts a client of the application, which is stopped before the application. */
    synchronized void startClient(ManagedServer server) {
        clients.add(started(new SupervisedProcess(server, Optional.empty(), messages)));
    }

    /** Checks all processes and rotates their logs; to be called a few times a second. */
    void check() {
        for (var process : all()) {
            process.check(Instant.now());
            process.process().log().rotateIfLarge();
        }
    }

    /** All processes: those of the platform, then the application in the order of the Procfile, then the clients. */
    synchronized List<SupervisedProcess> all() {
        leaving.removeIf(process -> process.state() == SupervisedProcess.State.DOWN
                && application.values().stream()
                        .anyMatch(processes -> processes.values().remove(process)));
        var all = new ArrayList<>(platform);
        application.values().forEach(processes -> all.addAll(processes.values()));
        all.addAll(clients);
        return all;
    }

    /** Processes of the application. */
    synchronized List<SupervisedProcess> application() {
        return application.values().stream()
                .flatMap(processes -> processes.values().stream())
                .filter(process -> !leaving.contains(process))
                .toList();
    }

    /** Processes that are to run and are not up. */
    List<SupervisedProcess> notReady() {
        return all().stream()
                .filter(process -> process.state() != SupervisedProcess.State.UP
                        && process.state() != SupervisedProcess.State.DOWN)
                .toList();
    }

    /**
     * Returns the process of a name, such as {@code orders.2}, or all processes of a type, such as {@code orders}.
     *
     * @throws ControlException if there is none
     */
    List<SupervisedProcess> named(String name) {
        var all = all();
        var named = all.stream()
                .filter(process -> process.name().equals(name) || process.name().startsWith(name + "."))
                .toList();
        if (named.isEmpty()) {
            throw ControlException.notFound("There is no process %s, only these: %s."
                    .formatted(name, all.stream().map(SupervisedProcess::name).collect(Collectors.joining(", "))));
        }
        return named;
    }

    /**
     * Restarts the processes of a name, and returns them. Those that end because fewer are asked for are left out.
     *
     * @throws ControlException if there is no other
     */
    synchronized List<SupervisedProcess> restart(String name) {
        var wanted = named(name).stream()
                .filter(process -> !leaving.contains(process))
                .toList();
        if (wanted.isEmpty()) {
            throw new ControlException(
                    409,
                    "conflict",
                    name + " ends, because fewer processes are asked for: bin/ps scale asks for more.");
        }
        wanted.forEach(process -> process.restart(Instant.now()));
        return wanted;
    }

    /**
     * Starts processes of a type, or asks those with the highest numbers to end, until so many run. Returns those that
     * run, and those that end.
     *
     * @throws ControlException if there is no such type, or if it cannot have so many
     */
    synchronized List<SupervisedProcess> scale(String name, int count) {
        var type = application.keySet().stream()
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() -> ControlException.notFound("There is no process type %s to scale, only these: %s."
                        .formatted(
                                name,
                                application.keySet().stream()
                                        .map(ProcessType::name)
                                        .collect(Collectors.joining(", ")))));
        if (count < 0 || count > type.most()) {
            throw ControlException.invalid("%s can have from 0 to %d processes, not %d: %s"
                    .formatted(name, type.most(), count, type.reason()));
        }
        if (closed) {
            throw new ControlException(503, "unavailable", "bin/up is stopping.");
        }
        var processes = application.get(type);
        IntStream.rangeClosed(1, count).forEach(number -> run(type, number, processes));
        var surplus = processes.tailMap(count + 1).values();
        surplus.forEach(process -> process.stop(Instant.now()));
        leaving.addAll(surplus);
        return List.copyOf(processes.values());
    }

    /** Stops the clients, then the application. The platform stops itself. */
    @Override
    public void close() {
        var servers = new ArrayList<SupervisedProcess>();
        synchronized (this) {
            closed = true;
            application.values().forEach(processes -> servers.addAll(processes.values()));
        }
        stop(clients);
        stop(servers);
    }

    private void run(ProcessType type, int number, SortedMap<Integer, SupervisedProcess> processes) {
        var process = processes.get(number);
        if (process == null) {
            processes.put(number, started(type.create().apply(number)));
        } else if (process.state() == SupervisedProcess.State.DOWN
                || process.state() == SupervisedProcess.State.STOPPING) {
            process.restart(Instant.now());
        }
        leaving.remove(process);
    }

    private static SupervisedProcess started(SupervisedProcess process) {
        process.start(Instant.now());
        return process;
    }

    private static void stop(List<SupervisedProcess> processes) {
        processes.forEach(process -> process.end(Instant.now()));
        processes.forEach(SupervisedProcess::awaitEnd);
    }
}
