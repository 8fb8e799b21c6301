package millrace.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lock of a data directory for one process. It is released at the end of the process, also when the process is killed.
 */
final class DataDirectoryLock implements AutoCloseable {
    static final String FILE = "lock";

    /** Folders that this process holds. Opening and closing their lock file a second time would release the lock. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private final FileChannel file;

    private DataDirectoryLock(Path folder, FileChannel file) {
        this.folder = folder;
        this.file = file;
    }

    /** @throws StartException if another process holds it */
    static DataDirectoryLock take(Path folder) throws IOException {
        var own = ProcessHandle.current().pid();
        if (!HELD.add(folder)) {
            throw held(folder, Long.toString(own));
        }
        var file = FileChannel.open(folder.resolve(FILE), CREATE, READ, WRITE);
        if (file.tryLock() == null) {
            HELD.remove(folder);
            file.close();
            throw held(folder, Files.readString(folder.resolve(FILE)));
        }
        file.truncate(0);
        file.write(ByteBuffer.wrap(Long.toString(own).getBytes(UTF_8)));
        return new DataDirectoryLock(folder, file);
    }

    @Override
    public void close() {
        try {
            file.close();
            HELD.remove(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("The lock of " + folder + " cannot be given back", e);
        }
    }

    private static StartException held(Path folder, String process) {
        return new StartException(
                "The platform in " + folder + " is running already, as process " + process + ": stop that one first.");
    }
}
