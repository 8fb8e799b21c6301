package millrace.bench.flink;

import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.streaming.api.windowing.triggers.TriggerResult;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;

/** Emits a window a second after its first change since it was last emitted, also before its end and for late changes. */
public final class SecondAfterChange extends Trigger<Object, TimeWindow> {
    private static final long serialVersionUID = 1L;
    private static final long MILLIS = 1_000;
    private static final ValueStateDescriptor<Long> DUE = new ValueStateDescriptor<>("due", Types.LONG);

    @Override
    public TriggerResult onElement(Object element, long timestamp, TimeWindow window, TriggerContext context)
            throws Exception {
        var due = due(context);
        if (due.value() == null) {
            var at = context.getCurrentProcessingTime() + MILLIS;
            due.update(at);
            context.registerProcessingTimeTimer(at);
        }
        return TriggerResult.CONTINUE;
    }

    @Override
    public TriggerResult onProcessingTime(long time, TimeWindow window, TriggerContext context) {
        due(context).clear();
        return TriggerResult.FIRE;
    }

    @Override
    public TriggerResult onEventTime(long time, TimeWindow window, TriggerContext context) {
        return TriggerResult.CONTINUE;
    }

    @Override
    public void clear(TimeWindow window, TriggerContext context) throws Exception {
        var due = due(context);
        if (due.value() != null) {
            context.deleteProcessingTimeTimer(due.value());
            due.clear();
        }
    }

    private static ValueState<Long> due(TriggerContext context) {
        return context.getPartitionedState(DUE);
    }
}
