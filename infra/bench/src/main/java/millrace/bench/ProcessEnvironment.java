package millrace.bench;

import java.util.Map;
import millrace.local.ContainerEnvironment;
import millrace.local.Platform;
import millrace.local.Secrets;

/** Environment variables of a server: those that the PaaS sets for the web process, and the limits of this machine. */
final class ProcessEnvironment {
    private ProcessEnvironment() {}

    static Map<String, String> of(Platform platform, String writeKey, int port) {
        var variables = ContainerEnvironment.environment();
        variables.putAll(platform.configVars());
        variables.put("WRITE_KEYS", "bench:" + Secrets.sha256(writeKey));
        variables.put(
                "SOURCES",
                "{\"bench\":{\"kinds\":[\"track\",\"page\",\"screen\",\"identify\",\"group\",\"alias\",\"order\",\"change\",\"refund\","
                        + "\"cancellation\"]}}");
        variables.put("DYNO", "web.1");
        variables.put("JAVA_OPTS", ContainerEnvironment.JAVA_OPTS);
        variables.put("PORT", Integer.toString(port));
        return variables;
    }
}
