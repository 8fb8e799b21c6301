package millrace.local.up;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import millrace.local.ManagedServer;

/** Every process of one {@code bin/up}, looked after until it is closed. */
final class ProcessSupervisor implements AutoCloseable {
    private final List<SupervisedProcess> platform = new ArrayList<>();
    private final List<SupervisedProcess> application = new ArrayList<>();
    private final List<SupervisedProcess> clients = new ArrayList<>();

    /** Looks after a server that somebody else has started and will stop. */
    void watch(ManagedServer server, Instant started) {
        var supervised = new SupervisedProcess(server);
        supervised.started(started, Instant.now());
        platform.add(supervised);
    }

    void start(ManagedServer server) {
        application.add(started(server));
    }

    /** Starts one that uses the others, and is stopped before them. */
    void startClient(ManagedServer server) {
        clients.add(started(server));
    }

    /** To be called a few times a second. */
    void look(Consumer<String> news) {
        for (var process : all()) {
            process.look(Instant.now(), news);
            process.server().process().log().trim();
        }
    }

    /** In the order in which they were started. */
    List<SupervisedProcess> all() {
        var all = new ArrayList<>(platform);
        all.addAll(application);
        all.addAll(clients);
        return all;
    }

    List<SupervisedProcess> notReady() {
        return all().stream().filter(process -> !process.isReady()).toList();
    }

    /** Stops the clients, then the application; the platform is stopped by who started it. */
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
