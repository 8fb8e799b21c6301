package millrace.fork;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Files of a project in memory, by their paths in it. A fork is computed on them and written once it is whole. */
final class ForkTree {
    private final SortedMap<String, byte[]> files = new TreeMap<>();

    /** Where a file was before it was moved: it keeps its permissions. */
    private final Map<String, String> origins = new TreeMap<>();

    static ForkTree read(Path root, Collection<String> paths) {
        var tree = new ForkTree();
        for (var path : paths) {
            try {
                if (Files.isRegularFile(root.resolve(path), LinkOption.NOFOLLOW_LINKS)) {
                    tree.files.put(path, Files.readAllBytes(root.resolve(path)));
                    tree.origins.put(path, path);
                }
            } catch (IOException e) {
                throw new ForkException("%s cannot be read: %s".formatted(root.resolve(path), e.getMessage()), e);
            }
        }
        return tree;
    }

    ForkTree copy() {
        var copy = new ForkTree();
        copy.files.putAll(files);
        copy.origins.putAll(origins);
        return copy;
    }

    /** Returns all paths, as they are now. */
    List<String> paths() {
        return List.copyOf(files.keySet());
    }

    boolean has(String path) {
        return files.containsKey(path);
    }

    /** Returns true if there is a file or a folder. */
    boolean hasAny(String path) {
        return has(path) || !files.subMap(path + "/", path + "0").isEmpty();
    }

    /** Returns false for a file with a zero byte. */
    boolean isText(String path) {
        for (var octet : files.get(path)) {
            if (octet == 0) {
                return false;
            }
        }
        return true;
    }

    String text(String path) {
        var content = files.get(path);
        if (content == null) {
            throw new ForkException("There is no file " + path + ", which a fork changes.");
        }
        return new String(content, UTF_8);
    }

    void write(String path, String text) {
        files.put(path, text.getBytes(UTF_8));
        origins.putIfAbsent(path, path);
    }

    void change(String path, UnaryOperator<String> change) {
        write(path, change.apply(text(path)));
    }

    void remove(String path) {
        files.remove(path);
        origins.remove(path);
    }

    void move(String from, String to) {
        if (!from.equals(to)) {
            files.put(to, files.remove(from));
            origins.put(to, origins.remove(from));
        }
    }

    /** Writes what differs from a tree that is in the folder, and removes what is no more. */
    void replace(ForkTree old, Path root) throws IOException {
        for (var file : files.entrySet()) {
            var origin = origins.get(file.getKey());
            var target = root.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            var executable = Files.isExecutable(root.resolve(origin));
            Files.write(target, file.getValue());
            if (executable && !target.toFile().setExecutable(true)) {
                throw new IOException(target + " cannot be made executable");
            }
        }
        for (var path : old.paths()) {
            if (!has(path)) {
                Files.delete(root.resolve(path));
                removeEmpty(root.resolve(path).getParent(), root);
            }
        }
    }

    /** Removes a folder if it is empty, and those above it that then are. */
    static void removeEmpty(Path folder, Path root) throws IOException {
        for (var empty = folder; !empty.equals(root) && Files.exists(empty); empty = empty.getParent()) {
            try (var content = Files.list(empty)) {
                if (content.findAny().isPresent()) {
                    return;
                }
            }
            Files.delete(empty);
        }
    }
}
