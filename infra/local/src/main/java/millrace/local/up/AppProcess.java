package millrace.local.up;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import millrace.local.DataDirectory;
import millrace.local.ManagedProcess;
import millrace.local.ManagedServer;
import millrace.local.Procfile;

/** A process of the application, started in the project folder by a shell command, as the PaaS starts it. */
final class AppProcess implements ManagedServer {
    private static final int ANSWERS_WITHIN_MS = 1000;

    private final DataDirectory directory;
    private final Path folder;
    private final Procfile.Line line;
    private final Supplier<Map<String, String>> environment;
    private final String url;
    private final Duration stopsWithin;
    private volatile ManagedProcess process;

    /**
     * @param line with the name of the process, such as {@code orders.2}
     * @param environment of each start
     * @param url of its health endpoint; empty if the process is ready as soon as it runs
     * @param stopsWithin time after which a process that was asked to end is killed
     */
    AppProcess(
            DataDirectory directory,
            Path folder,
            Procfile.Line line,
            Supplier<Map<String, String>> environment,
            String url,
            Duration stopsWithin) {
        this.directory = directory;
        this.folder = folder;
        this.line = line;
        this.environment = environment;
        this.url = url;
        this.stopsWithin = stopsWithin;
    }

    @Override
    public String name() {
        return line.name();
    }

    @Override
    public String address() {
        return url;
    }

    @Override
    public void start() {
        process = ManagedProcess.start(
                directory, name(), folder, environment.get(), List.of("/bin/sh", "-c", line.command()));
    }

    @Override
    public ManagedProcess process() {
        return process;
    }

    @Override
    public boolean isReady() {
        return url.isEmpty() ? process.isAlive() : answers(url + "/q/health/ready");
    }

    @Override
    public void stop() {
        if (process != null) {
            process.stop(stopsWithin);
        }
    }

    private static boolean answers(String url) {
        try {
            var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
            connection.setConnectTimeout(ANSWERS_WITHIN_MS);
            connection.setReadTimeout(ANSWERS_WITHIN_MS);
            try {
                return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
            } finally {
                connection.disconnect();
            }
        } catch (IOException e) {
            return false; // The process does not listen yet, or is too busy to answer: it is not ready.
        }
    }
}
