package millrace.local.up;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import millrace.local.ManagedServer;

/** All processes of one {@code bin/up}, restarted after each end until this is closed. */
final class ProcessSupervisor implements AutoCloseable {
    private final List<SupervisedProcess> platform = new ArrayList<>();
    private final List<SupervisedProcess> application = new ArrayList<>();
    private final List<SupervisedProcess> clients = new ArrayList<>();

    /** Supervises a server that the platform has started and will stop. */
    void watch(ManagedServer server, Instant started) {
        var supervised = new SupervisedProcess(server);
        supervised.started(started, Instant.now());
        platform.add(supervised);
    }

    void start(ManagedServer server) {
        application.add(started(server));
    }

    /** Starts a client of the application, which is stopped before the application. */
    void startClient(ManagedServer server) {
        clients.add(started(server));
    }

    /** Checks all processes and rotates their logs; to be called a few times a second. */
    void check(Consumer<String> messages) {
        for (var process : all()) {
            process.check(Instant.now(), messages);
            process.server().process().log().rotateIfLarge();
        }
    }

    /** All processes in the order of their start. */
    List<SupervisedProcess> all() {
        var all = new ArrayList<>(platform);
        all.addAll(application);
        all.addAll(clients);
        return all;
    }

    List<SupervisedProcess> notReady() {
        return all().stream().filter(process -> !process.isReady()).toList();
    }

    /** Stops the clients, then the application. The platform stops itself. */
    @Override
    public void close() {
        ManagedServer.stop(servers(clients));
        ManagedServer.stop(servers(application));
    }

    private static SupervisedProcess started(ManagedServer server) {
        var supervised = new SupervisedProcess(server);
        supervised.start(Instant.now());
        return supervised;
    }

    private static List<ManagedServer> servers(List<SupervisedProcess> processes) {
        return processes.stream().map(SupervisedProcess::server).toList();
    }
}
