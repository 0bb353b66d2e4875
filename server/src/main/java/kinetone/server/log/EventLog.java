package kinetone.server.log;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import kinetone.common.Printable;

/**
 * One JSON object a line: time, event, and what belongs to it. Neither media nor prompts are ever
 * among it.
 */
public final class EventLog {
  private static final int MOST_FRAMES = 40;

  private final PrintStream out;
  private final ObjectMapper mapper = JsonMapper.builder().build();

  /** Events go to {@code out}. */
  public EventLog(PrintStream out) {
    this.out = out;
  }

  /** Something happened. */
  public void event(String event, Map<String, ?> details) {
    ObjectNode node = mapper.createObjectNode();
    node.put("time", Instant.now().toString());
    node.put("event", event);
    new TreeMap<>(details).forEach(node::putPOJO);
    write(node);
  }

  /** Something that must not happen, or a machine that is short of something. */
  public void fault(String event, Throwable e) {
    ObjectNode node = mapper.createObjectNode();
    node.put("time", Instant.now().toString());
    node.put("event", "fault");
    node.put("where", event);
    node.put("what", Printable.line(e.toString()));
    StringBuilder stack = new StringBuilder();
    StackTraceElement[] frames = e.getStackTrace();
    for (int i = 0; i < Math.min(MOST_FRAMES, frames.length); i++) {
      stack.append(i == 0 ? "" : " < ").append(frames[i]);
    }
    node.put("stack", stack.toString());
    write(node);
  }

  private synchronized void write(ObjectNode node) {
    out.println(node);
  }
}
