package millrace.local;

import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment that the PaaS gives a process, as far as one machine can provide it. */
public final class ContainerEnvironment {
    /** Of a process in a container of 512 MB. */
    public static final String JAVA_OPTS = DynoSize.SMALL.javaOptions();

    /** Variables that are passed on from this process. The PaaS passes no others either. */
    private static final List<String> INHERITED = List.of("HOME", "USER", "LANG", "LC_ALL", "TMPDIR");

    private ContainerEnvironment() {}

    /** The environment of a process, which binds its servers to loopback. */
    public static Map<String, String> environment() {
        var variables = new LinkedHashMap<String, String>();
        INHERITED.stream()
                .filter(System.getenv()::containsKey)
                .forEach(name -> variables.put(name, System.getenv(name)));
        var java = System.getProperty("java.home");
        variables.put("JAVA_HOME", java);
        variables.put("PATH", Path.of(java, "bin") + File.pathSeparator + System.getenv("PATH"));
        variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        variables.put("MALLOC_ARENA_MAX", "2");
        return variables;
    }
}
