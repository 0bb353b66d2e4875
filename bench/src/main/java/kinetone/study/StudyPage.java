package kinetone.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;

/**
 * The page on which people rate: one HTML file that loads nothing but the clips beside it. It holds
 * trials, orders and questions; of sets, contents and anchors it knows nothing.
 */
final class StudyPage {
  /** Folder of the clips beside the page. */
  static final String MEDIA = "media";

  private static final List<String> SOUNDS = List.of("wav", "mp3", "ogg", "m4a", "opus", "flac");

  private StudyPage() {}

  static String html(Study study, String note, List<List<Presentation>> orders) {
    // What the reader would take for the end of the script or the beginning of a comment.
    String data = data(study, note, orders).replace("<", "\\u003c");
    // The data last: nothing that stands in it is a place to fill.
    return resource("study-page.html")
        .replace("{{script}}", resource("study-page.js"))
        .replace("{{data}}", data);
  }

  private static String data(Study study, String note, List<List<Presentation>> orders) {
    ObjectNode root = Json.MAPPER.createObjectNode();
    root.put("study", study.id()).put("title", study.title()).put("note", note);
    ArrayNode questions = root.putArray("questions");
    for (Question question : study.questions()) {
      ObjectNode one = questions.addObject();
      one.put("id", question.id()).put("title", question.title());
      one.put("comparison", question.comparison());
      question.scale().forEach(one.putArray("scale")::add);
    }
    ArrayNode trials = root.putArray("trials");
    for (Trial trial : study.trials()) {
      ObjectNode one = trials.addObject().put("id", trial.id());
      ArrayNode media = one.putArray("media");
      for (String file : trial.media()) {
        String ending = file.substring(file.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        media.addObject().put("file", MEDIA + "/" + file).put("sound", SOUNDS.contains(ending));
      }
    }
    ArrayNode all = root.putArray("orders");
    for (List<Presentation> order : orders) {
      ArrayNode one = all.addArray();
      order.forEach(shown -> one.addArray().add(shown.trial()).add(shown.swapped() ? 1 : 0));
    }
    try {
      return Json.MAPPER
          .writer()
          .without(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(root);
    } catch (JsonProcessingException e) {
      throw KinetoneException.internal("a page cannot be written: %s", e.getMessage());
    }
  }

  private static String resource(String name) {
    try (InputStream in = StudyPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
