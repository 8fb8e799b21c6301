package millrace.fork;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The repository of a project: what it tracks, whether it is clean, and a commit of everything. */
final class GitRepository {
    private final Path root;

    GitRepository(Path root) {
        this.root = root;
    }

    /** Returns the files that are tracked. */
    List<String> files() {
        return Stream.of(git("ls-files", "-z").split("\0"))
                .filter(path -> !path.isEmpty())
                .toList();
    }

    /** Refuses a project with changes that are not committed: a fork would mix with them, and could not be undone. */
    void requireClean() {
        var changes = git("status", "--porcelain").lines().toList();
        if (!changes.isEmpty()) {
            throw new ForkException(
                    "%d files have changes that are not committed, such as %s: commit or remove them first."
                            .formatted(changes.size(), changes.getFirst().substring(3)));
        }
    }

    void stage() {
        git("add", "--all");
    }

    void commit(String message) {
        stage();
        git("commit", "--quiet", "--message", message);
    }

    /** Puts everything back as the last commit has it. */
    void undo() {
        git("reset", "--quiet", "--hard");
        git("clean", "--quiet", "--force", "-d");
    }

    private String git(String... arguments) {
        var command = Stream.concat(Stream.of("git"), Stream.of(arguments)).toList();
        try {
            var process = new ProcessBuilder(command)
                    .directory(root.toFile())
                    .redirectErrorStream(true)
                    .start();
            var output = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new ForkException(
                        "%s failed in %s: %s".formatted(String.join(" ", command), root, output.strip()));
            }
            return output;
        } catch (IOException e) {
            throw new ForkException("git cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ForkException("Interrupted while git ran.", e);
        }
    }
}
