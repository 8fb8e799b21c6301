package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Supplier;

/** Lock between commands on this machine. The operating system releases it when the process ends, however it ends. */
record CommandLock(FileChannel file, FileLock lock) {
    /** Acquires the lock; empty if another command holds it. */
    static Optional<CommandLock> tryAcquire(PlatformConnection platform, String name) {
        try {
            var file = FileChannel.open(
                    platform.directory("replay").resolve(name + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            var lock = attempt(file);
            if (lock == null) {
                file.close();
            }
            return Optional.ofNullable(lock).map(held -> new CommandLock(file, held));
        } catch (IOException e) {
            throw new UncheckedIOException("The lock " + name + " cannot be taken in " + platform.home(), e);
        }
    }

    /** Runs the work and releases the lock. */
    <T> T holdWhile(Supplier<T> work) {
        try (file) {
            return work.get();
        } catch (IOException e) {
            throw new UncheckedIOException("A lock cannot be given back", e);
        }
    }

    private static FileLock attempt(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // Another thread of this process holds it.
        }
    }
}
