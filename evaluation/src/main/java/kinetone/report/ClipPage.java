package kinetone.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.common.AtomicFile;

/** One self-contained {@code index.html} that shows clips side by side, what was given marked. */
public final class ClipPage {
  /**
   * A row of the page.
   *
   * @param title for example "Sound for a silent video"
   * @param text what the model was given and what it made
   * @param cells inputs and outputs, left to right
   */
  public record Row(String title, String text, List<Cell> cells) {}

  /**
   * One clip on the page; files are relative to the page.
   *
   * @param caption under the player
   * @param given whether this is an input
   * @param media MP4 or WAV file
   * @param pictures contact sheet, waveform and spectrogram files
   */
  public record Cell(String caption, boolean given, String media, List<String> pictures) {}

  private ClipPage() {}

  /** Writes {@code index.html} into {@code folder}. */
  public static void write(Path folder, String title, String introduction, List<Row> rows) {
    StringBuilder body = new StringBuilder();
    for (Row row : rows) {
      body.append("<section><h2>").append(escape(row.title)).append("</h2><p>");
      body.append(escape(row.text)).append("</p><div class=\"row\">\n");
      for (Cell cell : row.cells) {
        body.append("<figure class=\"").append(cell.given ? "given" : "made").append("\"><b>");
        body.append(cell.given ? "given" : "generated").append("</b>");
        if (cell.media.endsWith(".wav")) {
          body.append("<audio controls src=\"").append(escape(cell.media)).append("\"></audio>");
        } else {
          body.append("<video controls loop playsinline src=\"").append(escape(cell.media));
          body.append("\"></video>");
        }
        for (String picture : cell.pictures) {
          body.append("<img alt=\"").append(escape(cell.caption)).append("\" src=\"");
          body.append(escape(picture)).append("\">");
        }
        body.append("<figcaption>").append(escape(cell.caption)).append("</figcaption></figure>\n");
      }
      body.append("</div></section>\n");
    }
    String page =
        template()
            .replace("{{title}}", escape(title))
            .replace("{{introduction}}", escape(introduction))
            .replace("{{body}}", body);
    AtomicFile.write(folder.resolve("index.html"), file -> Files.writeString(file, page));
  }

  private static String template() {
    try (InputStream in = ClipPage.class.getResourceAsStream("clip-page.html")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
