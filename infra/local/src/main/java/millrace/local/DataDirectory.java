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
 * The folder of one platform: data, logs, keys, and the values that persist between starts. One process at a time holds
 * it, and only its owner can read it.
 */
public final class DataDirectory implements AutoCloseable {
    private static final String VALUES = "platform.properties";

    private final Path folder;
    private final DataDirectoryLock lock;
    private final PersistentValues values;

    private DataDirectory(Path folder, DataDirectoryLock lock) {
        this.folder = folder;
        this.lock = lock;
        this.values = new PersistentValues(folder.resolve(VALUES));
    }

    /**
     * Locks the folder, and creates it if it is missing.
     *
     * @throws StartException if it cannot be written, or if another process holds it
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

    /** Path of the folder. */
    public Path path() {
        return folder;
    }

    /** Path of a file or folder inside. */
    public Path resolve(String name) {
        return folder.resolve(name);
    }

    /** A folder inside; created if it is missing. */
    public Path folder(String name) {
        try {
            return Files.createDirectories(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("No folder " + folder.resolve(name) + " can be made", e);
        }
    }

    /** A folder inside; its contents are removed. */
    public Path emptyFolder(String name) {
        delete(name);
        return folder(name);
    }

    /** Stops the processes that a killed platform left running here, and returns their names. */
    public List<String> endOrphans() {
        return new OrphanProcesses(this).end();
    }

    /** Tells whether no platform was started here yet. */
    boolean isNew() {
        return !Files.exists(folder.resolve(VALUES)) && !Files.exists(folder.resolve("data"));
    }

    /** Reads the persistent values again, after their file was written by a copy. */
    void reload() {
        values.load();
    }

    /** Removes the persistent ports: the next start takes any free ones. */
    void removePorts() {
        values.removePorts();
    }

    /** Removes everything but the logs: the next start is a first start. */
    public void clear() {
        delete("data");
        delete("replay");
        values.clear();
    }

    /** Removes a file or folder inside with all its contents, if there is one, and returns its path. */
    public Path delete(String name) {
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

    /** Writes a file that only its owner can read. A failure leaves the former file. */
    public Path write(String name, String text) {
        return PrivateFile.write(folder.resolve(name), text);
    }

    /** Returns the persistent value of that name; {@code first} creates it at the first call. */
    public String getOrCreate(String name, Supplier<String> first) {
        return values.get(name, first);
    }

    /** Returns a port of loopback that is free now: that of the last start, if possible. */
    public int port(String name) {
        return values.port(name);
    }

    /** Releases the lock. */
    @Override
    public void close() {
        lock.close();
    }

    /**
     * Refuses a folder with other contents, so that they are neither made private nor mixed with the data nor removed.
     */
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
