package millrace.bench;

import java.io.File;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import millrace.local.Platform;
import millrace.local.Secrets;

/** The environment of a server: what the PaaS gives the web process, and what keeps it to this machine. */
final class Variables {
    /** What the PaaS sets for a container of 512 MB. */
    private static final String JAVA_OPTS = "-Xmx300m -Xss512k -XX:CICompilerCount=2 -Dfile.encoding=UTF-8";

    private static final List<String> INHERITED = List.of("HOME", "USER", "LANG", "LC_ALL", "TMPDIR");

    private Variables() {}

    static Map<String, String> of(Platform platform, String writeKey, int port) {
        var variables = machine();
        variables.putAll(platform.configVars());
        variables.put("WRITE_KEYS", "bench:" + Secrets.sha256(writeKey));
        variables.put("DYNO", "web.1");
        variables.put("JAVA_OPTS", JAVA_OPTS);
        variables.put("PORT", Integer.toString(port));
        return variables;
    }

    private static Map<String, String> machine() {
        var variables = System.getenv().entrySet().stream()
                .filter(variable -> INHERITED.contains(variable.getKey()))
                .collect(Collectors.toMap(
                        Map.Entry::getKey, Map.Entry::getValue, (one, other) -> one, LinkedHashMap::new));
        var java = System.getProperty("java.home");
        variables.put("JAVA_HOME", java);
        variables.put("PATH", Path.of(java, "bin") + File.pathSeparator + System.getenv("PATH"));
        variables.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        variables.put("MALLOC_ARENA_MAX", "2");
        return variables;
    }
}
