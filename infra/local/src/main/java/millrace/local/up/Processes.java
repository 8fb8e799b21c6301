package millrace.local.up;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import millrace.local.Server;

/** Every process of one {@code bin/up}, looked after until it is closed. */
final class Processes implements AutoCloseable {
    private final List<Supervised> platform = new ArrayList<>();
    private final List<Supervised> application = new ArrayList<>();
    private final List<Supervised> clients = new ArrayList<>();

    /** Looks after a server that somebody else has started and will stop. */
    void watch(Server server, Instant started) {
        var supervised = new Supervised(server);
        supervised.started(started, Instant.now());
        platform.add(supervised);
    }

    void start(Server server) {
        application.add(started(server));
    }

    /** Starts one that uses the others, and is stopped before them. */
    void startClient(Server server) {
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
    List<Supervised> all() {
        var all = new ArrayList<>(platform);
        all.addAll(application);
        all.addAll(clients);
        return all;
    }

    List<Supervised> notReady() {
        return all().stream().filter(process -> !process.isReady()).toList();
    }

    /** Stops the clients, then the application; the platform is stopped by who started it. */
    @Override
    public void close() {
        Server.stop(servers(clients));
        Server.stop(servers(application));
    }

    private static Supervised started(Server server) {
        var supervised = new Supervised(server);
        supervised.start(Instant.now());
        return supervised;
    }

    private static List<Server> servers(List<Supervised> processes) {
        return processes.stream().map(Supervised::server).toList();
    }
}
