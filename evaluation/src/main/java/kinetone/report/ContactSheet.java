package kinetone.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.function.IntPredicate;
import kinetone.media.Video;

/** All frames of a video in a grid, with time stamps; given frames get a coloured frame. */
public final class ContactSheet {
  private static final int GAP = 6;
  private static final int LABEL = 14;
  private static final Color GIVEN = new Color(0x2E, 0x9E, 0x5B);

  private ContactSheet() {}

  /**
   * Draws the sheet.
   *
   * @param columns pictures per row
   * @param tileWidth pixels of one picture on the sheet
   * @param given which frames were given rather than generated
   */
  public static BufferedImage draw(Video video, int columns, int tileWidth, IntPredicate given) {
    int tileHeight = Math.max(1, tileWidth * video.height() / video.width());
    int rows = (video.frames() + columns - 1) / columns;
    BufferedImage sheet =
        new BufferedImage(
            GAP + columns * (tileWidth + GAP),
            GAP + rows * (tileHeight + LABEL + GAP),
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = sheet.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
    for (int frame = 0; frame < video.frames(); frame++) {
      int x = GAP + frame % columns * (tileWidth + GAP);
      int y = GAP + frame / columns * (tileHeight + LABEL + GAP);
      g.drawImage(image(video, frame), x, y, tileWidth, tileHeight, null);
      if (given.test(frame)) {
        g.setColor(GIVEN);
        g.drawRect(x - 1, y - 1, tileWidth + 1, tileHeight + 1);
        g.drawRect(x - 2, y - 2, tileWidth + 3, tileHeight + 3);
      }
      g.setColor(Color.DARK_GRAY);
      g.drawString(
          String.format(java.util.Locale.ROOT, "%.3f s", frame / video.framesPerSecond()),
          x,
          y + tileHeight + LABEL - 3);
    }
    g.dispose();
    return sheet;
  }

  /** One frame as an image. */
  public static BufferedImage image(Video video, int frame) {
    BufferedImage image =
        new BufferedImage(video.width(), video.height(), BufferedImage.TYPE_INT_RGB);
    int at = frame * video.width() * video.height() * 3;
    byte[] rgb = video.rgb();
    for (int y = 0; y < video.height(); y++) {
      for (int x = 0; x < video.width(); x++, at += 3) {
        image.setRGB(x, y, (rgb[at] & 255) << 16 | (rgb[at + 1] & 255) << 8 | (rgb[at + 2] & 255));
      }
    }
    return image;
  }
}
