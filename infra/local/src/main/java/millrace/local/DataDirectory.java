package millrace.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder of one platform: data, logs, keys, and what must be the same at the next start. One process at a time holds
 * it, and only its owner can read it.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String REMEMBERED = "platform.properties";

    private final Path folder;
    private final DataDirectoryLock lock;
    private final PersistentValues remembered;

    private DataDirectory(Path folder, DataDirectoryLock lock) {
        this.folder = folder;
        this.lock = lock;
        this.remembered = new PersistentValues(folder.resolve(REMEMBERED));
    }

    /**
     * Takes the folder and makes it where there is none.
     *
     * @throws StartException where it cannot be written, or where another process holds it
     */
    public static DataDirectory open(Path path) {
        var folder = path.toAbsolutePath().normalize();
        try {
            Files.createDirectories(folder);
            refuseForeign(folder);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            return new DataDirectory(folder, DataDirectoryLock.take(folder));
        } catch (IOException e) {
            throw new StartException(
                    "No write access to " + folder
                            + ", where data, logs and keys are kept: set MILLRACE_HOME to a folder of your own.",
                    e);
        }
    }

    /** The folder itself. */
    public Path path() {
        return folder;
    }

    /** A file or folder inside. */
    public Path resolve(String name) {
        return folder.resolve(name);
    }

    /** A folder inside, made where there is none. */
    public Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("No folder " + folder.resolve(name) + " can be made", e);
        }
    }

    /** A folder inside with nothing in it. */
    public Path emptyFolder(String name) {
        vacant(name);
        return folder(name);
    }

    /** Ends what a killed process of the platform has left behind here, and returns the names of what still ran. */
    public List<String> endOrphans() {
        return new OrphanProcesses(this).end();
    }

    /** Whether no platform was started here yet. */
    boolean isNew() {
        return !Files.exists(folder.resolve(REMEMBERED)) && !Files.exists(folder.resolve("data"));
    }

    /** Takes what is to be the same at the next start from the file, which was written beside it. */
    void reload() {
        remembered.load();
    }

    /** The next start takes any ports that are free. */
    void forgetPorts() {
        remembered.forgetPorts();
    }

    /** Forgets everything but the logs: the next start is the first. */
    public void clear() {
        vacant("data");
        remembered.clear();
    }

    /** A place inside where nothing is; what was there is removed. */
    Path vacant(String name) {
        var place = folder.resolve(name);
        try (var files = Files.exists(place) ? Files.walk(place) : Stream.<Path>empty()) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
            return place;
        } catch (IOException e) {
            throw new UncheckedIOException(place + " cannot be removed", e);
        }
    }

    /** Writes a file that only its owner can read; it is there whole or not at all. */
    public Path write(String name, String text) {
        return PrivateFile.write(folder.resolve(name), text);
    }

    /** The value of that name: the same at every start, made by {@code first} at the first. */
    public String remember(String name, Supplier<String> first) {
        return remembered.get(name, first);
    }

    /** A port of loopback that is free now: the same as at the last start where that is possible. */
    public int port(String name) {
        return remembered.port(name);
    }

    /** Lets another process have it. */
    @Override
    public void close() {
        lock.close();
    }

    /** Nothing of somebody else is to be shut in, mixed with ours, or removed. */
    private static void refuseForeign(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            var names = files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
            names.removeIf(name -> name.endsWith(".log"));
            if (!names.isEmpty() && !names.contains(DataDirectoryLock.FILE)) {
                throw new StartException("The folder " + folder
                        + " holds other things: set MILLRACE_HOME to a folder that is new or empty.");
            }
        }
    }
}
