package millrace.replay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Supplier;

/** Keeps two commands on this machine from doing the same at once; it ends with its process, however that ends. */
record Lock(FileChannel file, FileLock lock) {
    /** Empty where another has it. */
    static Optional<Lock> take(Site site, String name) {
        try {
            var file = FileChannel.open(
                    site.folder("replay").resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var lock = attempt(file);
            if (lock == null) {
                file.close();
            }
            return Optional.ofNullable(lock).map(held -> new Lock(file, held));
        } catch (IOException e) {
            throw new UncheckedIOException("The lock " + name + " cannot be taken in " + site.home(), e);
        }
    }

    /** Does the work and gives it back. */
    <T> T during(Supplier<T> work) {
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
            return null; // Another thread of this process has it.
        }
    }
}
