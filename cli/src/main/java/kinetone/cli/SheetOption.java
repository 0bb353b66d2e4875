package kinetone.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kinetone.bench.JudgedClip;
import kinetone.common.Check;
import kinetone.common.OutputFile;
import kinetone.media.Clip;
import kinetone.report.ClipStrips;
import kinetone.report.Png;
import picocli.CommandLine.Option;

/** A picture of the first clips that a bench judged, where one is asked for. */
final class SheetOption {
  /** More are not looked at. */
  private static final int STRIPS = 12;

  @Option(
      names = "--sheet",
      paramLabel = "FILE.png",
      description =
          "Writes the first clips to look at: pictures over waveforms, with what was seen (orange)"
              + " and heard (green).")
  private Path sheet;

  @Option(names = "--force", description = "Replace the file of --sheet if it is there.")
  private boolean force;

  private final List<ClipStrips.Strip> strips = new ArrayList<>();

  /** Refuses what cannot be written, before any work. */
  void check() {
    if (sheet != null) {
      Check.that(
          sheet.toString().toLowerCase(Locale.ROOT).endsWith(".png"),
          "sheet %s: the name must end in .png",
          sheet);
      Check.that(
          force || !Files.isRegularFile(sheet),
          "sheet %s exists; choose another name, or replace it with --force",
          sheet);
      OutputFile.require(sheet);
    }
  }

  /** Takes a clip in, if it is one of the first. */
  void keep(String caption, Clip clip, JudgedClip judged) {
    if (sheet != null && strips.size() < STRIPS) {
      strips.add(new ClipStrips.Strip(caption, clip, judged.onsetsSeen(), judged.onsetsHeard()));
    }
  }

  /** Writes the picture. */
  void write() {
    if (sheet != null) {
      Png.write(sheet, ClipStrips.draw(strips));
    }
  }
}
