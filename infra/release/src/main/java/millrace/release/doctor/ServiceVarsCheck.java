package millrace.release.doctor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import millrace.channels.Finding;
import millrace.paas.ConfigVarsException;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.paas.Requirements;
import millrace.release.ReleaseVars;

/**
 * Asks each service for the config vars without which it does not start. A service answers with the code of its start,
 * in a class loader of its own that holds the jars of the service alone.
 */
final class ServiceVarsCheck {
    private static final Pattern SERVICE = Pattern.compile("(\\S+/target/quarkus-app)/quarkus-run\\.jar");
    private static final List<String> FOLDERS = List.of("app", "lib/main", "lib/boot");

    /** The platform gives each process a port when it starts it. */
    private static final String ANY_PORT = "8080";

    private final Map<String, String> vars;
    private final Path root;

    /** @param root the project's directory */
    ServiceVarsCheck(Map<String, String> vars, Path root) {
        this.vars = vars;
        this.root = root;
    }

    /** Findings for the processes, by their commands; a variable that several processes need is one finding. */
    List<Finding> findings(Map<String, String> processes) {
        var readers = new LinkedHashMap<String, Set<String>>();
        var findings = new ArrayList<Finding>();
        problemsOfRelease().forEach(problem -> add(readers, problem, "the release"));
        processes.forEach((process, command) -> {
            var service = SERVICE.matcher(command);
            if (!service.find()) {
                return;
            }
            var folder = root.resolve(service.group(1));
            if (Files.isDirectory(folder)) {
                problems(folder, varsOf(process)).forEach(problem -> add(readers, problem, process));
            } else {
                findings.add(Finding.unknown(
                        "Which config vars %s needs is unknown: there is no %s".formatted(process, folder),
                        "mvn -DskipTests package"));
            }
        });
        readers.forEach((problem, names) ->
                findings.add(Finding.wrong(problem + " (needed by " + String.join(", ", names) + ")", "")));
        return findings;
    }

    /**
     * Returns the config vars as a process sees them: a variable that begins with the name of the process is its own
     * value of the variable without it, as {@code bin/launch} has it.
     */
    Map<String, String> varsOf(String process) {
        var seen = new HashMap<>(vars);
        var own = process.toUpperCase(Locale.ROOT).replace('-', '_') + "_";
        vars.forEach((name, value) -> {
            if (name.startsWith(own) && !value.isBlank()) {
                seen.put(name.substring(own.length()), value);
            }
        });
        seen.putIfAbsent("PORT", ANY_PORT);
        return seen;
    }

    private List<String> problemsOfRelease() {
        try {
            PaasSettings.from(
                    // fork: audit
                    vars::get, Set.of(Need.KAFKA, Need.DATABASE), Optional.empty(), List.of(new ReleaseVars()));
            // fork: instead vars::get, Set.of(Need.KAFKA, Need.DATABASE), Optional.empty(), List.of());
            // fork: end
            return List.of();
        } catch (ConfigVarsException e) {
            return e.problems();
        }
    }

    private static void add(Map<String, Set<String>> readers, String problem, String process) {
        readers.computeIfAbsent(problem, unknown -> new LinkedHashSet<>()).add(process);
    }

    private static List<String> problems(Path service, Map<String, String> vars) {
        var thread = Thread.currentThread();
        var own = thread.getContextClassLoader();
        try (var loader = new URLClassLoader(jars(service), ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(loader);
            var problems = loader.loadClass(Requirements.class.getName())
                    .getMethod("problems", Map.class)
                    .invoke(null, vars);
            return ((List<?>) problems).stream().map(String::valueOf).toList();
        } catch (InvocationTargetException e) {
            throw new IllegalStateException(service + " cannot tell what config vars it needs", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(service + " is not of this build", e);
        } catch (IOException e) {
            throw new UncheckedIOException("The jars of " + service + " cannot be read", e);
        } finally {
            thread.setContextClassLoader(own);
        }
    }

    private static URL[] jars(Path service) throws IOException {
        var jars = new ArrayList<URL>();
        for (var folder : FOLDERS) {
            try (var files = Files.list(service.resolve(folder))) {
                files.map(ServiceVarsCheck::url).forEach(jars::add);
            }
        }
        return jars.toArray(URL[]::new);
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalStateException("Every file has a URL", e);
        }
    }
}
