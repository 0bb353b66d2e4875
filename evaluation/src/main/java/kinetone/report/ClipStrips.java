package kinetone.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import kinetone.media.Clip;
import kinetone.media.Video;

/**
 * Several clips below each other, each as a row of its pictures over its waveform, both on the same
 * axis of time, so that one sees at a glance whether they belong together.
 */
public final class ClipStrips {
  private static final int TILE = 56;
  private static final int WAVE = 48;
  private static final int MARK = 7;
  private static final int LABEL = 16;
  private static final int GAP = 10;
  private static final Color SEEN = new Color(0xD9, 0x5F, 0x02);
  private static final Color HEARD = new Color(0x1B, 0x7F, 0x5C);

  /**
   * One clip.
   *
   * @param caption one line above it
   * @param clip both tracks
   * @param seen instants to mark between pictures and waveform, in seconds
   * @param heard instants to mark below the waveform, in seconds
   */
  public record Strip(String caption, Clip clip, double[] seen, double[] heard) {}

  private ClipStrips() {}

  /** Draws the strips, one at least. */
  public static BufferedImage draw(List<Strip> strips) {
    int width = strips.stream().mapToInt(strip -> width(strip.clip())).max().orElse(1);
    int height = LABEL + tileHeight(strips) + WAVE + 2 * MARK + GAP;
    BufferedImage sheet =
        new BufferedImage(
            width + 2 * GAP, GAP + strips.size() * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    int y = GAP;
    for (Strip strip : strips) {
      draw(g, strip, y);
      y += height;
    }
    g.dispose();
    return sheet;
  }

  private static void draw(Graphics2D g, Strip strip, int top) {
    g.setColor(Color.DARK_GRAY);
    g.drawString(strip.caption(), GAP, top + LABEL - 5);
    Video video = strip.clip().video().orElseThrow();
    int y = top + LABEL;
    int tile = TILE * video.height() / video.width();
    for (int frame = 0; frame < video.frames(); frame++) {
      g.drawImage(
          ContactSheet.image(video, frame), GAP + frame * TILE, y, TILE - 1, tile - 1, null);
    }
    y += tile;
    int width = width(strip.clip());
    double seconds = video.seconds();
    marks(g, strip.seen(), SEEN, width / seconds, y);
    y += MARK;
    double audible = strip.clip().audio().orElseThrow().seconds();
    int wave = Math.max(1, (int) Math.round(width * Math.min(1, audible / seconds)));
    g.drawImage(WaveformPlot.draw(strip.clip().audio().orElseThrow(), wave, WAVE), GAP, y, null);
    marks(g, strip.heard(), HEARD, width / seconds, y + WAVE);
  }

  private static void marks(
      Graphics2D g, double[] instants, Color colour, double perSecond, int y) {
    g.setColor(colour);
    for (double instant : instants) {
      g.fillRect(GAP + (int) Math.round(instant * perSecond) - 1, y, 3, MARK - 1);
    }
  }

  private static int width(Clip clip) {
    return clip.video().orElseThrow().frames() * TILE;
  }

  private static int tileHeight(List<Strip> strips) {
    return strips.stream()
        .map(strip -> strip.clip().video().orElseThrow())
        .mapToInt(video -> TILE * video.height() / video.width())
        .max()
        .orElse(TILE);
  }
}
