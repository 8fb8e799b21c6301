package millrace.local.kafka;

/** Colours of the output on a terminal; none in a pipe, or where {@code NO_COLOR} is set. */
record KafkaColours(boolean on) {
    static KafkaColours ofProcess() {
        return new KafkaColours(Integer.getInteger("millrace.columns", 0) > 0 && System.getenv("NO_COLOR") == null);
    }

    String heading(String text) {
        return coloured(1, text);
    }

    String blue(String text) {
        return coloured(34, text);
    }

    String green(String text) {
        return coloured(32, text);
    }

    String dim(String text) {
        return coloured(2, text);
    }

    private String coloured(int code, String text) {
        return on && !text.isEmpty() ? "\033[" + code + "m" + text + "\033[0m" : text;
    }
}
